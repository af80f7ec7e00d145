// A browser starts no worker for a page that was opened from a file. There the site's search runs in an iframe.
"use strict";
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    #inner = null;
    #waiting = [];

    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.addEventListener("load", () => this.#start(frame.contentWindow, url), { once: true });
      document.body.append(frame);
    }

    #start(inner, url) {
      inner.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      const script = inner.document.createElement("script");
      script.src = new URL(url, location.href);
      script.addEventListener("load", () => {
        this.#inner = inner;
        for (const data of this.#waiting.splice(0)) this.postMessage(data);
      });
      inner.document.body.append(script);
    }

    postMessage(data) {
      if (this.#inner === null) this.#waiting.push(data);
      else this.#inner.dispatchEvent(new MessageEvent("message", { data }));
    }
  };
}
