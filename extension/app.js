// Starts the app page. If its program cannot run, says so in plain words.
const { runtime, i18n } = (globalThis.browser ?? globalThis.chrome);
document.documentElement.dataset.surface = new URLSearchParams(location.search).get("surface") ?? "tab";

try {
  const { default: init } = await import("./ui.js");
  await init({ module_or_path: new URL("./ui_bg.wasm", import.meta.url) });
} catch (error) {
  // Policy takes WebAssembly away or refuses to compile; a file that is not there fails to load.
  const blocked = typeof WebAssembly === "undefined" || error instanceof WebAssembly.CompileError;
  const missing = !blocked && error instanceof TypeError;
  const line = document.createElement("p");
  line.setAttribute("role", "alert");
  line.textContent = i18n.getMessage(blocked ? "start_blocked" : missing ? "start_missing" : "start_failed");
  document.querySelector("main")?.replaceChildren(line);
  console.error("Token Keeper", runtime.getManifest().version, error);
}
