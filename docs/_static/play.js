/* A click on "Change it here" opens the page that runs cnncalc in the browser, in a frame below. */
const WORDS = document.documentElement.lang.startsWith("ko")
  ? { title: "네트워크의 사양과, 그에 따라 바뀌는 숫자", whole: "새 탭에서 열기" }
  : { title: "The network's text and its numbers, which follow it", whole: "In a tab of its own" };
for (const button of document.querySelectorAll("button[data-play]"))
  button.addEventListener("click", () => {
    const frame = document.createElement("iframe");
    frame.src = button.dataset.play;
    frame.title = WORDS.title;
    frame.className = "play-frame";
    const whole = document.createElement("a");
    whole.href = button.dataset.play;
    whole.target = "_blank";
    whole.rel = "noopener";
    whole.textContent = WORDS.whole;
    button.parentElement.replaceChildren(whole, frame);
  });
