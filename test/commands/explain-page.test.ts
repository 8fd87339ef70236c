import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { readCatalog } from '../../src/io/catalog.js';
import { findBrowser, startBrowser, type Browser, type View } from '../support/browser.js';
import { fakeHost } from '../support/host.js';
import { readFolder } from '../support/read-folder.js';
import { writeTree } from '../support/snapshot.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const executable = findBrowser();
const note =
  executable === undefined ? ' (needs chromium: node scripts/install-tools.mjs chromium)' : '';
/** Where a person can look at them after a run. */
const screenshots = join(root, 'node_modules/.cache/meshwright/screenshots');

const views: readonly View[] = (['light', 'dark'] as const).flatMap((scheme) =>
  [360, 1_280].map((width) => ({ width, height: 900, scheme })),
);

/** Texts whose contrast with what lies behind them is below WCAG's 4.5 to 1. */
const FAINT = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, index) => sum + c * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0] : [255, 255, 255];
  };
  const texts = [...document.body.querySelectorAll('*')].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '') && element.checkVisibility());
  return texts.flatMap((element) => {
    const style = getComputedStyle(element);
    const color = parse(element.closest('svg') ? style.fill : style.color);
    const on = element.matches('.on-try') ? parse(getComputedStyle(document.querySelector('rect.try')).fill) : behind(element);
    const [a, b] = [light(color), light(on)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    return ratio < 4.5 ? [element.textContent.trim().slice(0, 40) + ': ' + ratio.toFixed(2)] : [];
  });
})()`;

/** Drawings of no size, and boxes that stick out of the window without scrolling within something. */
const MISDRAWN = `(() => {
  const empty = [...document.querySelectorAll('svg')].filter((svg) => { const { width, height } = svg.getBoundingClientRect(); return width < 20 || height < 20; });
  const out = [...document.body.querySelectorAll('*')].filter((element) => !element.closest('.scroll, svg') && element.getBoundingClientRect().right > innerWidth + 1);
  return [...empty, ...out].map((element) => element.outerHTML.slice(0, 80));
})()`;

const STAT = `document.querySelector('[data-part="stats"] dd').firstChild.textContent.trim()`;

/** Moves an input as a person would: while it moves, and when it is let go. */
const move = (selector: string, value: string): string => `(() => {
  const input = document.querySelector('${selector}');
  input.value = '${value}';
  for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, { bubbles: true }));
})()`;

describe.skipIf(executable === undefined)(`the page of explain --html in a browser${note}`, () => {
  let folder: string;
  let page: string;
  let browser: Browser | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'page-'));
    page = join(folder, 'page.html');
    const golden = join(root, 'test/golden/go-all');
    writeTree(folder, Object.fromEntries(readFolder(join(golden, 'tree'))));
    copyFileSync(join(golden, 'scaffold.yaml'), join(folder, 'scaffold.yaml'));
    const host = fakeHost({ cwd: folder, catalog: readCatalog(root) });
    expect(await run(['explain', '--html', 'page.html'], host)).toBe(0);
    browser = startBrowser(executable ?? '');
    mkdirSync(screenshots, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(views)('is drawn, and can be read: $scheme, $width px', async (view) => {
    const { evaluate, screenshot, errors, requests } = await browser!.open(page, view);
    // Three upstreams, each with a timeline and three runs of four charts.
    expect(await evaluate('document.querySelectorAll("svg.timeline, svg.chart").length')).toBe(39);
    expect(await evaluate(MISDRAWN)).toEqual([]);
    expect(
      await evaluate(
        'document.documentElement.scrollWidth <= document.documentElement.clientWidth',
      ),
    ).toBe(true);
    expect(await evaluate(FAINT)).toEqual([]);
    const png = Buffer.from(await screenshot(), 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThan(view.width - 20);
    writeFileSync(join(screenshots, `explain-${view.scheme}-${view.width}.png`), png);
    expect([errors(), requests()]).toEqual([[], []]);
  });

  test('light and dark differ in what they show behind the text', async () => {
    const colors = await Promise.all(
      (['light', 'dark'] as const).map(async (scheme) => {
        const { evaluate } = await browser!.open(page, { width: 800, height: 600, scheme });
        return await evaluate<string>('getComputedStyle(document.body).backgroundColor');
      }),
    );
    expect(new Set(colors).size).toBe(2);
  });

  test('a slider computes anew, and the way back is one click', async () => {
    const { evaluate, errors } = await browser!.open(page, views[1]!);
    const before = await evaluate<string>('document.querySelector(".results").innerHTML');
    expect(await evaluate(STAT)).toBe('3');
    await evaluate(move('[data-setting="retries.values.tries"]', '5'));
    await evaluate(move('[data-setting="routes.0.values.attempts"]', '2'));
    expect(await evaluate('document.querySelector(".changes").textContent')).toContain('3 → 5');
    // 5 tries by the application, and 3 requests for each by a route that repeats failed connects.
    expect(await evaluate(STAT)).toBe('15');
    expect(await evaluate('document.querySelector(".run h4").textContent')).toBe(
      'with your changes',
    );
    await evaluate('document.querySelector("[data-reset]").click()');
    expect(await evaluate('document.querySelector(".results").innerHTML')).toBe(before);
    expect(errors()).toEqual([]);
  });

  test('another fault plays another outage', async () => {
    const { evaluate } = await browser!.open(page, views[1]!);
    const runs = () => evaluate<string>('document.querySelector(".runs").textContent');
    const before = await runs();
    await evaluate(move('[data-choice="fault"]', 'gone'));
    const gone = await runs();
    expect(gone).not.toBe(before);
    await evaluate(move('[data-choice="seed"]', '7'));
    expect(await runs()).not.toBe(gone);
    await evaluate(move('[data-choice="seed"]', '1'));
    expect(await runs()).toBe(gone);
  });
});
