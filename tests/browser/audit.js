// Looks at a page as a person would who measures everything; returns what is wrong, in words.
() => {
  const problems = [];
  const say = (what, element, more = "") =>
    problems.push(`${what}: <${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}"> ` +
      `"${element.textContent.trim().slice(0, 50)}" ${more}`);
  const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const own = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const SKIPPED = new Set(["SCRIPT", "STYLE", "TITLE", "title"]);
  const texts = [...document.body.querySelectorAll("*")].filter(
    (element) => !SKIPPED.has(element.tagName) && own(element) && visible(element));

  const colour = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const over = ([r, g, b, a = 1], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const luminance = (rgb) => rgb.map((one) => one / 255)
    .map((one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      // In a drawing, what lies below is the nearest rectangle drawn before that holds the text.
      if (at.ownerSVGElement && at.tagName === "text") {
        const box = at.getBoundingClientRect();
        const below = [...at.ownerSVGElement.querySelectorAll("rect")].filter((rect) => {
          const room = rect.getBoundingClientRect();
          const before = rect.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING;
          return before && room.left <= box.left + 1 && room.right >= box.right - 1
            && room.top <= box.top + 1 && room.bottom >= box.bottom - 1;
        }).pop();
        if (below) {
          const style = getComputedStyle(below);
          const [r, g, b] = colour(style.fill);
          layers.push([r, g, b, Number(style.fillOpacity)]);
        }
      }
      const background = colour(getComputedStyle(at).backgroundColor);
      if (background.length === 3) background.push(1);
      if (background[3]) layers.push(background);
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };

  for (const element of texts) {
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize) * (element.ownerSVGElement
      ? element.ownerSVGElement.getBoundingClientRect().width / Number(element.ownerSVGElement.getAttribute("width")) : 1);
    if (size < 11.99) say("too small", element, `${size}px`);
    const ink = colour(element.ownerSVGElement ? style.fill : style.color);
    const ratio = contrast(ink, ground(element));
    if (ratio < 4.5) say("too faint", element, `${ratio.toFixed(2)} to 1`);
    // Text may only be cut off where it can be scrolled to.
    if (element.ownerSVGElement) continue;
    const scroller = element.closest(".scrolls, pre, .wide, .narrow");
    const room = element.getBoundingClientRect();
    if (!scroller && (room.right > innerWidth + 0.5 || room.left < -0.5) && !element.matches(".skip")) {
      say("beside the page", element, `${room.left} to ${room.right}`);
    }
    if (element.scrollWidth > element.clientWidth + 1 && style.overflowX === "hidden") say("cut off", element);
  }
  if (document.documentElement.scrollWidth > innerWidth) {
    problems.push(`the page scrolls sideways: ${document.documentElement.scrollWidth} of ${innerWidth}`);
  }

  for (const drawing of document.querySelectorAll("svg")) {
    if (!visible(drawing)) continue;
    const words = [...drawing.querySelectorAll("text")].map((text) => [text, text.getBBox()]);
    const [x, y, width, height] = (drawing.getAttribute("viewBox") ?? "0 0 99 99").split(" ").map(Number);
    words.forEach(([text, box], at) => {
      if (text.dataset.room && box.width > Number(text.dataset.room) + 0.5) {
        say("wider than its room", text, `${box.width} of ${text.dataset.room}`);
      }
      if (box.x < x - 0.5 || box.x + box.width > x + width + 0.5 || box.y < y - 0.5 || box.y + box.height > y + height + 0.5) {
        say("outside of its drawing", text);
      }
      for (const [other, room] of words.slice(at + 1)) {
        // Letters take less height than their line.
        const across = Math.min(box.x + box.width, room.x + room.width) - Math.max(box.x, room.x);
        const down = Math.min(box.y + box.height, room.y + room.height) - Math.max(box.y, room.y);
        if (across > 0.5 && down > 3) say("over other text", text, `"${other.textContent}"`);
      }
    });
  }

  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of ids.filter((one, at) => ids.indexOf(one) !== at)) problems.push(`two elements are called ${id}`);
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    if (!document.querySelector(link.getAttribute("href"))) say("leads nowhere", link);
  }
  for (const element of document.querySelectorAll('[role="button"], [role="img"], [role="region"], [role="group"], button, section')) {
    const name = element.getAttribute("aria-label") ?? element.textContent.trim();
    if (!name && !element.getAttribute("aria-labelledby")) say("has no name", element);
  }
  return problems;
}
