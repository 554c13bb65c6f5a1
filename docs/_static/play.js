/* A click on "Change it here" opens the page that runs cnncalc in the browser, in a frame below. */
for (const button of document.querySelectorAll("button[data-play]"))
  button.addEventListener("click", () => {
    const frame = document.createElement("iframe");
    frame.src = button.dataset.play;
    frame.title = "The network's text and its numbers, which follow it";
    frame.className = "play-frame";
    const whole = document.createElement("a");
    whole.href = button.dataset.play;
    whole.target = "_blank";
    whole.rel = "noopener";
    whole.textContent = "In a tab of its own";
    button.parentElement.replaceChildren(whole, frame);
  });
