'use strict';
// Draws a position. A Sokoban board in the paper's symbols becomes a picture whose shapes differ without colour;
// any other text is shown as it is.
const boardNames = { '#': 'wall', '_': 'floor', 'O': 'target', '√': 'box on target', 'X': 'box', 'P': 'player', 'S': 'player on target' };

function drawPosition(text) {
  const rows = text.split('\n').map(line => [...line.replace(/\s/g, '')]).filter(row => row.length > 0);
  const isBoard = rows.length > 1 && rows.every(row => row.length === rows[0].length && row.every(cell => cell in boardNames));
  return isBoard ? drawBoard(rows) : element('pre', { class: 'position-text', tabindex: '0' }, text);
}

function drawBoard(rows) {
  const size = 40;
  const cells = rows.flatMap((row, y) => row.map((symbol, x) =>
    svg('g', { transform: `translate(${x * size} ${y * size})` }, ...drawCell(symbol))));
  return svg('svg', {
    class: 'board', role: 'img', 'aria-label': describeBoard(rows), viewBox: `0 0 ${rows[0].length * size} ${rows.length * size}`,
  }, ...cells);
}

function drawCell(symbol) {
  if (symbol === '#') {
    return [
      svg('rect', { class: 'wall', width: 40, height: 40 }),
      svg('path', { class: 'bricks', d: 'M0 .5H40M0 13.5H40M0 26.5H40M20 0V13M10 13V26M30 13V26M20 26V40' }),
    ];
  }
  const parts = [svg('rect', { class: 'floor', x: .5, y: .5, width: 39, height: 39 })];
  if (symbol === 'O' || symbol === 'S') {
    parts.push(svg('circle', { class: 'target', cx: 20, cy: 20, r: 15 }), svg('circle', { class: 'target-dot', cx: 20, cy: 20, r: 4 }));
  }
  if (symbol === 'X' || symbol === '√') {
    parts.push(svg('rect', { class: symbol === 'X' ? 'box' : 'box stored', x: 6, y: 6, width: 28, height: 28, rx: 3 }));
    parts.push(symbol === 'X'
      ? svg('path', { class: 'planks', d: 'M6 13H34M6 27H34M10 13L30 27M30 13L10 27' })
      : svg('path', { class: 'tick', d: 'M12 21L18 27L29 14' }));
  }
  if (symbol === 'P' || symbol === 'S') {
    parts.push(svg('circle', { class: 'player', cx: 20, cy: 13, r: 6 }), svg('path', { class: 'player', d: 'M9 34C9 24 14 21 20 21S31 24 31 34Z' }));
  }
  return parts;
}

// Rows and columns count from 1 at the top left.
function describeBoard(rows) {
  const things = rows.flatMap((row, y) => row.map((symbol, x) => ({ symbol, place: `row ${y + 1}, column ${x + 1}` })))
    .filter(cell => cell.symbol !== '#' && cell.symbol !== '_')
    .map(cell => `${boardNames[cell.symbol]} at ${cell.place}`);
  return `Room of ${rows.length} by ${rows[0].length}: ${things.join('; ')}.`;
}
