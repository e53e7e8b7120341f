"""Both pages in Chromium: for everybody, by keyboard, with sound, and with nothing from elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from jobs.serve.settings import ServeSettings
from jobs.serve.tokens import Tokens
from tests.contracts.store_rows import DAY, publish
from tests.jobs.serve.page.looking import DESKTOP, FAINT, PHONE, Look, looking, serious
from tests.jobs.serve.page.site import HOSTILE, make_home, running
from warehouse.serving import open_serving_store

CHROMIUM = shutil.which("chromium")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")]
NO_WIDER = "document.documentElement.scrollWidth <= innerWidth"
SOUNDS = "document.querySelector('.act-play path').getAttribute('d').startsWith('M7 4.5')"  # shows the sign for pause


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    with running(home) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as drivers:
        browser = drivers.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def _open(look: Look, address: str, user: str = "u-lin") -> None:
    look.page.goto(f"{address}/?user={user}")
    look.page.wait_for_selector(".row")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_list_is_for_everybody(browser: Browser, site: str, size: Any, language: str, scheme: str) -> None:
    with looking(browser, site, size=size, language=language, scheme=scheme, free=True) as look:
        _open(look, site)
        assert look.value("document.documentElement.lang") == {"zh": "zh-Hans", "en": "en"}[language]
        look.page.locator("#song-2 .row-open").click()
        look.page.locator("#song-2 .cover").click()
        look.page.wait_for_selector("#why-2 .facts li")
        assert look.value(NO_WIDER)
        assert serious(look) == []
        assert look.value(FAINT) == []
        look.page.locator("#why-2 .outlined").click()
        look.page.wait_for_selector("#review[open] .prose p")
        look.page.wait_for_selector("#review .facts li")
        assert serious(look) == []
        assert look.value(FAINT) == []
        assert look.value(NO_WIDER)
        assert look.wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_nights_are_for_everybody(browser: Browser, site: str, size: Any, language: str, scheme: str) -> None:
    with looking(browser, site, size=size, language=language, scheme=scheme, free=True) as look:
        look.page.goto(f"{site}/nights")
        look.page.wait_for_selector(".night")
        assert look.page.locator(".night").count() == 2
        assert look.page.locator(".night.served code").text_content() == "seen"
        assert look.value(NO_WIDER)
        assert serious(look) == []
        assert look.value(FAINT) == []
        assert look.wrong == []


def test_by_keyboard_alone(browser: Browser, site: str) -> None:
    """From the address bar to a song's reason, its review, and its sound."""
    with looking(browser, site) as look:
        _open(look, site)
        keys = look.page.keyboard
        keys.press("Tab")
        assert look.value("document.activeElement.className") == "skip"
        keys.press("Enter")
        _tab_to(look, "#song-3 .row-open")
        keys.press("Enter")
        assert look.value("document.activeElement.getAttribute('aria-expanded')") == "true"
        assert look.page.locator("#why-3 .reason").is_visible()
        _tab_to(look, "#why-3 .outlined")
        keys.press("Enter")
        look.page.wait_for_selector("#review[open] .prose p")
        assert look.value("document.querySelector('#review').contains(document.activeElement)")
        keys.press("Escape")
        assert look.value("document.activeElement.matches('#why-3 .outlined')")
        _tab_to(look, "#song-3 .cover", "Shift+Tab")
        keys.press("Enter")
        look.until(SOUNDS)
        assert look.text("#player .song-title") == look.text("#song-3 .song-title")
        assert look.wrong == []


def _tab_to(look: Look, selector: str, key: str = "Tab") -> None:
    for _ in range(20):
        look.page.keyboard.press(key)
        if look.value(f"document.activeElement.matches('{selector}')"):
            return
    raise AssertionError(f"{selector} is not reached by {key}")


def test_video_and_sound_really_play(browser: Browser, site: str) -> None:
    with looking(browser, site) as look:
        _open(look, site)
        look.until("document.querySelector('video').currentTime > 0.3")
        assert look.value("document.querySelector('video').muted")
        look.page.locator("#picture").click()
        look.until("document.querySelector('video').paused")
        look.page.locator("#play-all").click()
        look.until("document.querySelector('#player .time').textContent !== '0:00'")
        first = look.text("#player .song-title")
        look.page.locator(".act-next").click()
        look.until(SOUNDS)
        assert look.text("#player .song-title") != first
        assert "here" in str(look.page.locator("#song-2").get_attribute("class"))
        look.page.locator("#player input").fill("900")
        look.until("document.querySelector('#player .time').textContent === '0:05'")
        look.until("document.querySelector('.here').id === 'song-3'")  # the next begins by itself
        assert look.wrong == []


def test_who_wants_less_motion_gets_a_picture_that_stands(browser: Browser, site: str) -> None:
    with looking(browser, site, calm=True) as look:
        _open(look, site)
        look.page.wait_for_timeout(700)
        assert look.value("document.querySelector('video').paused && document.querySelector('video').currentTime === 0")
        look.page.locator("#picture").click()
        look.until("document.querySelector('video').currentTime > 0.2")


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_what_is_delivered_stays_text(browser: Browser, site: str, size: Any) -> None:
    with looking(browser, site, size=size) as look:
        _open(look, site, "u-emma")
        for rank, text in enumerate(HOSTILE.values(), 1):
            row = look.page.locator(f"#song-{rank}")
            assert row.locator(".song-title").text_content() == text
            if row.locator(".row-open").get_attribute("aria-expanded") == "false":
                row.locator(".row-open").click()
            assert row.locator(".reason").text_content() == text
        look.page.locator("#song-1 .cover").click()
        assert look.text("#player .song-title") == HOSTILE["markup"]
        assert look.text("#opener") == HOSTILE["markup"]
        assert look.value("document.querySelectorAll('main script, main [onerror], [src=x]').length") == 0
        assert look.value("document.title") == "Daily 30"
        assert look.value(NO_WIDER)
        sounds = [wrong for wrong in look.wrong if "/audio" not in wrong and "404 (Not Found)" not in wrong]
        assert sounds == []  # of u-emma's songs none has a recording


def test_language_and_colours_are_remembered(browser: Browser, site: str) -> None:
    with looking(browser, site) as look:
        _open(look, site)
        look.page.locator("#language").click()
        look.until("document.querySelector('#songs-title').textContent === '歌曲'")
        look.page.locator("#theme").click()
        dark = (
            "matchMedia('(prefers-color-scheme: light)').matches && document.documentElement.dataset.theme === 'dark'"
        )
        assert look.value(dark)
        look.page.reload()
        look.page.wait_for_selector(".row")
        assert look.text("#songs-title") == "歌曲"
        assert look.value(dark)
        look.page.goto(f"{site}/nights")
        look.page.wait_for_selector(".night")
        assert look.text("h1") == "夜间任务"
        assert look.wrong == []


def test_another_listener_is_picked_and_gone_back_from(browser: Browser, site: str) -> None:
    with looking(browser, site) as look:
        _open(look, site)
        first = look.text("#opener")
        look.page.locator("#listener").select_option("u-noor")
        look.until(f"![null, undefined, {first!r}].includes(document.querySelector('#opener')?.textContent)")
        assert "user=u-noor" in look.page.url
        look.page.go_back()
        look.until(f"document.querySelector('#opener')?.textContent === {first!r}")
        assert look.wrong == []


def test_a_listener_who_is_not_there_and_who_is_like_them(browser: Browser, site: str) -> None:
    with looking(browser, site) as look:
        look.page.goto(f"{site}/?user=u-lim")
        look.page.locator(".chip", has_text="u-lin").click()
        look.page.wait_for_selector(".row")
        assert look.page.locator(".row").count() == 30


def test_a_server_that_lists_and_plays_nothing_asks_whose_list(browser: Browser, home: Path) -> None:
    with running(home, ServeSettings(demo="never")) as address, looking(browser, address) as look:
        look.page.goto(address)
        look.page.locator("#asked").fill("u-lin")
        look.page.keyboard.press("Enter")
        look.page.wait_for_selector(".row")
        assert look.page.locator("#listener, #play-all, button.cover").count() == 0
        assert look.wrong == []


def test_a_token_that_may_operate_brings_the_buttons(browser: Browser, tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    for n in range(2):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    tokens = Tokens(tmp_path, lambda: datetime.now(UTC))
    reader, operator = (tokens.add(scope, (scope,))[0] for scope in ("read", "operate"))
    with running(tmp_path) as address, looking(browser, address) as look:
        look.page.on("dialog", lambda dialog: dialog.accept())
        look.page.goto(f"{address}/nights")
        look.page.wait_for_selector(".night")
        assert look.page.locator(".acts").count() == 0
        for token in (reader, operator):
            look.page.locator("#token").fill(token)
            look.page.keyboard.press("Enter")
            if token == reader:
                look.until("document.querySelector('#refused').textContent !== ''")
                assert look.page.locator(".acts").count() == 0
        look.page.locator(".night:not(.served) .acts button").first.click()
        look.until("document.querySelector('.night.served code').textContent === 'v0'")
        assert store.current() == "v0"
        assert look.page.locator(".badge.off").count() == 1
        assert "token" not in str(look.value("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"))


def test_a_server_that_is_closed_asks_for_a_token_before_it_shows_its_nights(browser: Browser, tmp_path: Path) -> None:
    publish(open_serving_store(tmp_path, lease_check=lambda: None), "v0")
    text, _ = Tokens(tmp_path, lambda: datetime.now(UTC)).add("desk", ("read", "operate"))
    with running(tmp_path, ServeSettings(token_to_read=True)) as address, looking(browser, address) as look:
        look.page.goto(f"{address}/nights")
        look.page.locator("#token").fill(text)
        assert look.page.locator(".night").count() == 0
        look.page.keyboard.press("Enter")
        look.page.wait_for_selector(".night .acts")
