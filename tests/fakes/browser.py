"""A person with a phone: a real Chromium, without a window and without scripts of pages."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
PHONE = (390, 844)
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
"""It speaks with nobody of its own accord."""


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Browser]:
    """The program, for several people; what it writes of its own goes into the folder, which exists."""
    if not PROGRAM:
        pytest.fail("Chromium is needed: scripts/test installs it, or: apt install chromium")
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()  # it refuses to start otherwise
    async with async_playwright() as playwright:
        program = await playwright.chromium.launch(
            executable_path=PROGRAM,
            args=[*QUIET, *root],
            env={**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)},
            downloads_path=folder,
        )
        try:
            yield program
        finally:
            await program.close()


async def visit(
    program: Browser,
    locale: str = "ko-KR",
    *,
    size: tuple[int, int] = PHONE,
    dark: bool = False,
    scripts: bool = False,
    any_certificate: bool = False,
) -> BrowserContext:
    """Somebody with cookies and a language of their own. A phone, unless it is wider than one."""
    width, height = size
    return await program.new_context(
        locale=locale,
        viewport={"width": width, "height": height},
        is_mobile=width < 800,
        has_touch=width < 800,
        device_scale_factor=2 if width < 800 else 1,
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        ignore_https_errors=any_certificate,
    )


@asynccontextmanager
async def browser(
    folder: Path,
    locale: str = "ko-KR",
    *,
    size: tuple[int, int] = PHONE,
    dark: bool = False,
    scripts: bool = False,
    any_certificate: bool = False,
) -> AsyncIterator[BrowserContext]:
    """One person in a program of their own: `page = await context.new_page()`."""
    async with chromium(folder) as program:
        context = await visit(program, locale, size=size, dark=dark, scripts=scripts, any_certificate=any_certificate)
        try:
            yield context
        finally:
            await context.close()
