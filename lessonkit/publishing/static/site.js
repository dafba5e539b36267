// The widgets take their theme from JupyterLab's attribute; here the switch at the top of the page sets it.
const follow = () => {
  const { theme } = document.body.dataset;
  if (theme === "light" || theme === "dark") document.body.dataset.jpThemeLight = String(theme === "light");
  else delete document.body.dataset.jpThemeLight; // as the system has it
};
follow();
new MutationObserver(follow).observe(document.body, { attributeFilter: ["data-theme"] });

// What scrolls sideways can be reached by keyboard.
const reach = () => {
  for (const part of document.querySelectorAll("article :is(pre, .math-block, .table-wrapper, .text_html)")) {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  }
};
reach();
addEventListener("resize", reach);
// A block in a folded solution has a width once it is unfolded.
addEventListener("toggle", reach, true);

// An explorer that has come to life is taller or lower than its picture, so go to the place of the address again.
addEventListener("load", () => {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (place) requestAnimationFrame(() => requestAnimationFrame(() => place.scrollIntoView()));
});
