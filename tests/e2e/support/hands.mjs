// The same acts with two hands: a mouse (texts are typed, as everybody does), and the keyboard alone.

import { expect } from "./page.mjs";

/** Clicks. */
export class Mouse {
  constructor(page, pipette) {
    Object.assign(this, { page, pipette });
  }

  async open(step) {
    await this.pipette.step(step).click();
    await expect(this.pipette.step(step)).toHaveAttribute("aria-current", "step");
  }

  async rule(kind) {
    const field = this.pipette.setting("clean.new.rule");
    await field.click();
    await this.page.locator(`[role=option][data-rule-kind="${kind}"]`).click();
    await expect(field).toHaveAttribute("data-value", kind);
  }

  async tick(setting, on) {
    await this.pipette.setting(setting).setChecked(on);
  }

  async columns(setting, names) {
    const all = this.pipette.setting(`${setting}.all`);
    if (await all.count()) await all.uncheck();
    // What is wanted first: a list is never empty.
    for (const on of [true, false]) {
      for (const box of await this.pipette.setting(setting).getByRole("checkbox").all()) {
        if (names.includes(await box.getAttribute("value")) === on) await box.setChecked(on);
      }
    }
  }

  async choose(setting, value) {
    await this.pipette.setting(setting).selectOption(value);
  }

  async type(setting, text) {
    const field = this.pipette.setting(setting);
    await field.click();
    await field.fill(text);
    await field.blur();
  }

  async pair(setting, from, to) {
    const pairs = this.pipette.setting(setting);
    await pairs.getByLabel("Old 1").fill(from);
    await pairs.getByLabel("Old 1").blur();
    await pairs.getByLabel("New 1").fill(to);
    await pairs.getByLabel("New 1").blur();
  }

  async press(testId) {
    await this.page.getByTestId(testId).click();
  }
}

/** Keys only: the focus goes by Tab, as that of a person without a mouse. */
export class Keys {
  constructor(page, pipette) {
    Object.assign(this, { page, pipette });
  }

  /** Tabs, forwards or backwards, until what has the focus matches the selector. */
  async to(selector, key = "Tab", limit = 150) {
    for (let presses = 0; presses < limit; presses++) {
      if (await this.page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
      await this.page.keyboard.press(key);
    }
    throw new Error(`${key} does not come to ${selector} within ${limit} presses`);
  }

  /** From wherever the focus is: the tab order is one round, so forwards always comes there. */
  async open(step) {
    await this.page.keyboard.press("Tab");
    await this.to(`[data-step="${step}"]`, "Shift+Tab", 400);
    await this.page.keyboard.press("Enter");
    await expect(this.pipette.step(step)).toHaveAttribute("aria-current", "step");
  }

  async rule(kind) {
    const field = '[data-setting="clean.new.rule"]';
    // Forwards from the top of the page; backwards from the button that added the rule before.
    const isAfter = await this.page.evaluate(() => document.activeElement?.dataset.testid === "add-rule");
    await this.to(field, isAfter ? "Shift+Tab" : "Tab");
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.type(kind);
    await expect(this.page.locator(`[role=option][data-rule-kind="${kind}"]`)).toBeVisible();
    await this.page.keyboard.press("Enter");
    await expect(this.page.locator(field)).toHaveAttribute("data-value", kind);
  }

  async tick(setting, on) {
    await this.to(`[data-setting="${setting}"]`);
    if ((await this.pipette.setting(setting).isChecked()) !== on) await this.page.keyboard.press("Space");
  }

  async columns(setting, names) {
    const all = this.pipette.setting(`${setting}.all`);
    if ((await all.count()) && (await all.isChecked())) await this.tick(`${setting}.all`, false);
    const boxes = await this.pipette.setting(setting).getByRole("checkbox").all();
    // What is wanted first, on the way down; the rest on the way back: a list is never empty.
    for (const [on, order, key] of [[true, boxes, "Tab"], [false, boxes.toReversed(), "Shift+Tab"]]) {
      for (const box of order) {
        const name = await box.getAttribute("value");
        if (names.includes(name) !== on || (await box.isChecked()) === on) continue;
        await this.to(`[data-setting="${setting}"] input[value="${name}"]`, key);
        await this.page.keyboard.press("Space");
      }
    }
  }

  async choose(setting, value) {
    await this.to(`[data-setting="${setting}"]`);
    const field = this.pipette.setting(setting);
    const options = await field.locator("option").evaluateAll((all) => all.map((option) => option.value));
    const from = options.indexOf(await field.inputValue());
    const by = options.indexOf(value) - from;
    for (let i = 0; i < Math.abs(by); i++) await this.page.keyboard.press(by > 0 ? "ArrowDown" : "ArrowUp");
    await expect(field).toHaveValue(value);
  }

  async type(setting, text) {
    await this.to(`[data-setting="${setting}"]`);
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Tab");
  }

  async pair(setting, from, to) {
    for (const [label, text] of [["Old 1", from], ["New 1", to]]) {
      await this.to(`[data-setting="${setting}"] input[aria-label="${label}"]`);
      await this.page.keyboard.type(text);
      await this.page.keyboard.press("Tab");
      await expect(this.pipette.setting(setting).getByLabel(label)).toHaveValue(text);
    }
  }

  async press(testId) {
    await this.to(`[data-testid="${testId}"]`);
    await this.page.keyboard.press("Enter");
  }
}
