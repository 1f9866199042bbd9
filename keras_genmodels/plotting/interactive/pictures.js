// Show the image of the point under the pointer. `layout.meta.pictures` has all
// images in one, row by row; the points' `customdata` are their numbers.
(() => {
  const plot = document.getElementById("{plot_id}");
  const { source, columns, count, width, height } = plot.layout.meta.pictures;
  const scale = Math.max(1, Math.round(96 / Math.max(width, height)));
  const rows = Math.ceil(count / columns);
  const view = document.createElement("div");
  view.className = "picture";
  Object.assign(view.style, {
    position: "absolute",
    display: "none",
    pointerEvents: "none",
    width: `${scale * width}px`,
    height: `${scale * height}px`,
    border: "2px solid white",
    boxShadow: "0 0 4px gray",
    imageRendering: "pixelated",
    backgroundImage: `url(${source})`,
    backgroundSize: `${scale * width * columns}px ${scale * height * rows}px`,
  });
  plot.style.position = "relative";
  plot.append(view);
  plot.on("plotly_hover", ({ points: [point], event }) => {
    const number = point.customdata;
    const left = scale * width * (number % columns);
    const top = scale * height * Math.floor(number / columns);
    view.style.backgroundPosition = `${-left}px ${-top}px`;
    // Above the pointer, or below it where there is no room.
    const box = plot.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const [wide, high] = [scale * width, scale * height];
    const right = box.width - wide - 4;
    view.style.left = `${Math.max(0, Math.min(x - wide / 2, right))}px`;
    view.style.top = `${y > high + 20 ? y - high - 16 : y + 16}px`;
    view.style.display = "block";
  });
  plot.on("plotly_unhover", () => (view.style.display = "none"));
})();
