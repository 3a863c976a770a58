// Assertions that run inside the page, put on window.looking.
void (window.looking = (() => {
  const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls], video[controls]";
  const isLearner = document.body.classList.contains("for-learner");
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const least = isLearner ? Math.max(3 * rem, 60) : 48;

  const name = (element) => {
    const words = (element.getAttribute("aria-label") || element.innerText || element.name || element.id || "").trim();
    return `<${element.tagName.toLowerCase()}${element.className ? ` class="${element.className}"` : ""}> ${words.slice(0, 40)}`;
  };

  const isShown = (element) => {
    const box = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && box.width > 1 && box.height > 1;
  };

  const isOffScreen = (element) => element.getBoundingClientRect().bottom <= 0 && getComputedStyle(element).position === "absolute";

  // A radio button or tick box is as large as its label; a link in running text is as large as the text.
  const target = (element) => element.closest("label") || element;
  const isInText = (element) => {
    if (element.tagName !== "A" || getComputedStyle(element).display !== "inline") return false;
    const parent = element.closest("p, li, dd, td, th, caption, figcaption, div");
    return Boolean(parent) && parent.innerText.trim().length > element.innerText.trim().length;
  };

  const smallTargets = () => [...document.querySelectorAll(TARGETS)]
    .filter((element) => isShown(target(element)) && !isOffScreen(element) && !isInText(element))
    .map((element) => [element, target(element).getBoundingClientRect().height])
    .filter(([, height]) => height < least - 0.5)
    .map(([element, height]) => `a target of ${height.toFixed(0)} px, less than ${least.toFixed(0)}: ${name(element)}`);

  const texts = function* () {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (walker.currentNode.data.trim() && !["SCRIPT", "STYLE", "TEMPLATE"].includes(element.tagName) && isShown(element)) {
        yield element;
      }
    }
  };

  const wrongTexts = () => {
    const smallest = isLearner ? rem : 0.8 * rem;
    const found = new Set();
    for (const element of texts()) {
      const style = getComputedStyle(element);
      if (parseFloat(style.fontSize) < smallest - 0.5) found.add(`text of ${style.fontSize}: ${name(element)}`);
      if (style.textAlign === "justify") found.add(`justified text: ${name(element)}`);
      if (style.fontStyle === "italic") found.add(`italics: ${name(element)}`);
    }
    return [...found];
  };

  const sideways = () => {
    const found = [];
    const page = document.scrollingElement;
    if (page.scrollWidth > page.clientWidth) {
      const widest = [...document.body.querySelectorAll("*")]
        .filter((element) => isShown(element) && element.getBoundingClientRect().right > page.clientWidth + 1);
      found.push(`the page scrolls sideways (${page.scrollWidth} > ${page.clientWidth} px): ${widest.slice(-2).map(name).join(", ")}`);
    }
    for (const element of document.body.querySelectorAll("*")) {
      const style = getComputedStyle(element);
      const isCut = ["auto", "scroll", "hidden", "clip"].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
      if (isCut && isShown(element) && style.display !== "inline" && !["SELECT", "INPUT", "TEXTAREA", "SVG"].includes(element.tagName.toUpperCase())) {
        found.push(`a part is cut or scrolls sideways: ${name(element)}`);
      }
    }
    return found;
  };

  const headings = () => {
    const count = document.querySelectorAll("h1").length;
    return count === 1 ? [] : [`${count} headings of the first level`];
  };

  const problems = () => [...smallTargets(), ...wrongTexts(), ...sideways(), ...headings()];

  // By keyboard: a group of radio buttons is one stop.
  const stops = () => {
    const groups = new Set();
    return [...document.querySelectorAll(`${TARGETS}, [tabindex]`)].filter((element) => {
      if (element.tabIndex < 0 || element.disabled || !element.checkVisibility({ visibilityProperty: true })) return false;
      if (element.type !== "radio") return true;
      const group = [...document.querySelectorAll(`input[type=radio][name="${CSS.escape(element.name)}"]`)];
      const stop = group.find((each) => each.checked) || group[0];
      return element === stop && !groups.has(element.name) && groups.add(element.name);
    });
  };

  const hasRing = (element) => {
    const style = getComputedStyle(element);
    const label = element.closest("label") && getComputedStyle(element.closest("label"));
    const outlined = (each) => each.outlineStyle !== "none" && parseFloat(each.outlineWidth) >= 2;
    return [style, label].some((each) => each && (outlined(each) || each.boxShadow !== "none"));
  };

  // What comes next stands beside or below what came before.
  const goesBack = (before, after) => after.bottom <= before.top && after.left < before.right - 1 && after.top < before.top - 8;

  const box = (element) => {
    const found = element.getBoundingClientRect();
    return { top: found.top + scrollY, bottom: found.bottom + scrollY, left: found.left, right: found.right };
  };

  const isFloating = (element) => {
    for (let each = element; each; each = each.parentElement) {
      if (["fixed", "sticky", "absolute"].includes(getComputedStyle(each).position)) return true;
    }
    return false;
  };

  let seen = [];
  const watch = () => {
    seen = [];
    document.activeElement?.blur();
    getSelection().setPosition(document.body, 0);
    document.addEventListener("focusin", (event) => {
      const element = event.target;
      if (seen.some((each) => each.element === element)) return;
      seen.push({ element, ring: hasRing(element), box: box(element), floats: isFloating(element), shown: isShown(target(element)) });
    });
    // The parts of a date or time field are stops of their own.
    return stops().reduce((sum, element) => sum + ({ date: 5, time: 5, "datetime-local": 8 }[element.type] || 1), 0);
  };

  const passed = () => {
    const found = [];
    const reached = seen.map((each) => each.element);
    for (const element of stops()) {
      if (!reached.includes(element)) found.push(`Tab does not reach ${name(element)}`);
    }
    for (const { element, ring, shown } of seen) {
      if (!ring) found.push(`no ring on ${name(element)}`);
      if (!shown) found.push(`focus goes to something unseen: ${name(element)}`);
    }
    for (const [index, after] of seen.entries()) {
      const before = seen[index - 1];
      if (!before || before.floats || after.floats) continue;
      if (before.element.compareDocumentPosition(after.element) & Node.DOCUMENT_POSITION_PRECEDING) {
        found.push(`Tab goes back from ${name(before.element)} to ${name(after.element)}`);
      } else if (goesBack(before.box, after.box) && !before.element.closest("td, .columns > *, .week")) {
        found.push(`Tab goes up from ${name(before.element)} to ${name(after.element)}`);
      }
    }
    return found;
  };

  return { problems, watch, passed };
})());
