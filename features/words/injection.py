"""Whether a line of data speaks to the model rather than sings."""

from __future__ import annotations

import re
import unicodedata

from features.words.prompting import shown

_TELLS = re.compile(
    r"忽略|无视|指令|提示词|系统|助手|模型|扮演|输出|回答|打分|评分|满分|五星|推荐我|给.{0,6}分|"
    r"\b(?:ignore|disregard|instructions?|prompts?|assistant|outputs?|respond|pretend|rating|score|rate this|json|"
    r"markdown|jailbreak|override|repeat after|act as|you are now)\b|\b(?:system|user|model|human)\s*[:>]|"
    r"https?:|\d+\s*/\s*\d+|[<>{}\[\]|`#]",
    re.IGNORECASE,
)


def tells_to(text: str) -> bool:
    """Whether a line carries words of command, links or markup; such a line a model is not shown."""
    folded = unicodedata.normalize("NFKC", text)
    return any(_TELLS.search(seen) is not None for seen in (text, folded, shown(text)))
