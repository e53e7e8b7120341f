"""A browser that remembers what went wrong in it, and what a page is measured by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from playwright.sync_api import Browser, Page

PHONE, DESKTOP = (360, 780), (1280, 800)
# Text whose contrast to what lies under it is less than WCAG's 4.5 (3 for large text); any colour that CSS knows.
FAINT = """() => {
  const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1;
  const brush = canvas.getContext('2d', {willReadFrequently: true});
  const rgba = (colour) => {
    brush.clearRect(0, 0, 1, 1); brush.fillStyle = colour; brush.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((part, n) => part * a + under[n] * (1 - a));
  const ground = (node) => {
    if (!node) return [255, 255, 255];
    const colour = rgba(getComputedStyle(node).backgroundColor);
    return colour[3] === 1 ? colour.slice(0, 3) : over(colour, ground(node.parentElement));
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!own || !node.checkVisibility() || node.closest('.heard, .skip, option, title')) continue;
    const style = getComputedStyle(node), under = ground(node);
    const [a, b] = [light(over(rgba(style.color), under)), light(under)].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) faint.push([node.className || node.tagName, ratio, node.textContent.slice(0, 40)]);
  }
  return faint;
}"""


@dataclass
class Look:
    """A page and what it complained of.

    Args:
        wrong: console errors, exceptions, answers that are errors, requests to elsewhere.
    """

    page: Page
    wrong: list[str] = field(default_factory=list)

    def until(self, script: str) -> None:
        """Wait until a script is true of the page, whose policy lets Playwright's own waiting not be."""
        for _ in range(400):
            if self.page.evaluate(script):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never became true: {script}")

    def value(self, script: str) -> Any:
        return self.page.evaluate(script)

    def text(self, selector: str) -> str:
        return self.page.locator(selector).first.text_content() or ""


@contextmanager
def looking(
    browser: Browser,
    address: str,
    *,
    size: tuple[int, int] = DESKTOP,
    language: str = "en",
    scheme: Any = "light",
    calm: bool = False,
    free: bool = False,
) -> Iterator[Look]:
    """A fresh browser window.

    Args:
        free: lets the checker's own script run, which the page's policy refuses like any other.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale={"zh": "zh-CN", "en": "en-GB"}[language],
        color_scheme=scheme,
        reduced_motion="reduce" if calm else "no-preference",
        bypass_csp=free,
    )
    look = Look(context.new_page())
    told: Callable[[str], None] = look.wrong.append
    look.page.on("console", lambda m: told(f"console: {m.text}") if m.type in ("error", "warning") else None)
    look.page.on("pageerror", lambda error: told(f"exception: {error}"))
    look.page.on("request", lambda r: None if r.url.startswith(address) else told(f"elsewhere: {r.url}"))
    look.page.on("response", lambda r: told(f"{r.status}: {r.url}") if r.status >= 400 else None)
    try:
        yield look
    finally:
        context.close()


def serious(look: Look) -> list[str]:
    """What axe finds serious or critical."""
    look.page.evaluate(files("axe_core_python").joinpath("axe.min.js").read_text("utf-8"))
    found = look.page.evaluate("axe.run().then((found) => found.violations)")
    return [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes']]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
