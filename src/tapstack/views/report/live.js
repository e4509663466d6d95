"use strict";
// Puts each new picture in the place of the last one; what was opened stays open.
(() => {
  const picture = document.getElementById("picture");
  const connection = document.getElementById("connection");
  const show = (event) => {
    const opened = [...picture.querySelectorAll("details")].map((one) => one.open);
    picture.innerHTML = JSON.parse(event.data);
    picture.querySelectorAll("details").forEach((one, number) => { if (opened[number]) one.open = true; });
  };
  const stream = new EventSource("events");
  stream.addEventListener("open", () => { connection.textContent = "Connected."; });
  stream.addEventListener("error", () => { connection.textContent = "Not connected: the drill may be over."; });
  stream.addEventListener("picture", show);
  stream.addEventListener("over", (event) => {
    stream.close();
    show(event);
    connection.textContent = "The drill is over; this is all of it.";
  });
})();
