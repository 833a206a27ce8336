'use strict';
// The charts. Colours are Okabe and Ito's, which stay apart for colour-blind eyes; dashes, markers and hatching say the same without colour.
(function () {
  const shapes = ['circle', 'rect', 'triangle', 'rectRot', 'crossRot', 'cross'];
  const dashes = { Id: [], Instruction: [], Fake: [7, 4], Difficulty: [2, 3], Control: [1, 4] };
  const hidden = new Set();
  let withIntervals = false;
  let charts = [];

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }

  const styles = (function () {
    const palette = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];
    let next = 0;
    return Object.fromEntries(report.splits.map((split, i) => {
      const fixed = { Id: 'ink', Fake: 'fake' }[split.kind];
      return [split.name, { colour: fixed ?? palette[next++ % palette.length], shape: shapes[i % shapes.length], dash: dashes[split.kind] ?? [], width: split.kind === 'Id' ? 3 : 2 }];
    }));
  })();

  function panel(parent, title, description, height = 260) {
    const canvas = element('canvas', { role: 'img', 'aria-label': `${title}. ${description}` });
    parent.append(element('figure', {}, element('figcaption', {}, title), element('div', { class: 'canvas' }, canvas)));
    canvas.parentElement.style.height = `${height}px`;
    return canvas;
  }

  function axis(title, more = {}) {
    return { title: { display: true, text: title, color: colour('soft') }, ticks: { color: colour('soft'), maxRotation: 0 }, grid: { color: colour('line') }, border: { color: colour('line') }, ...more };
  }

  function draw(canvas, type, data, options) {
    charts.push(new Chart(canvas, {
      type, data,
      options: { animation: false, responsive: true, maintainAspectRatio: false, ...options, plugins: { legend: { display: false }, ...options.plugins } },
    }));
  }

  function lineOptions(x, y, more = {}) {
    return {
      parsing: false,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: { x: { type: 'linear', ...axis(x) }, y: axis(y, more) },
    };
  }

  // Success or validity of every split over the steps of one arm. A band is two lines without a stroke, the upper filled down to the lower.
  function curveData(arm, measure) {
    const datasets = [];
    for (const split of report.splits) {
      const points = arm.curve.filter(point => point.splits[split.name]).map(point => ({ step: point.step, at: point.splits[split.name][measure] }));
      if (points.length === 0 || hidden.has(split.name)) {
        continue;
      }
      const style = styles[split.name];
      const stroke = colour(style.colour);
      const line = index => points.map(point => ({ x: point.step, y: point.at[index] }));
      datasets.push({
        label: split.name, data: line(0), borderColor: stroke, backgroundColor: stroke, borderWidth: style.width, borderDash: style.dash,
        pointStyle: style.shape, pointRadius: 3.5, pointBorderWidth: 1.5, clip: 6, cubicInterpolationMode: 'monotone',
      });
      if (withIntervals) {
        const band = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0, isBand: true, cubicInterpolationMode: 'monotone' };
        datasets.push({ ...band, label: `${split.name} low`, data: line(1), fill: false });
        datasets.push({ ...band, label: `${split.name} high`, data: line(2), fill: '-1', backgroundColor: `${stroke}22` });
      }
    }
    return { datasets };
  }

  function describeCurves(arm, measure) {
    const [first, last] = [arm.curve[0], arm.curve.at(-1)];
    return report.splits.filter(split => first.splits[split.name] && last.splits[split.name])
      .map(split => `${split.name} from ${first.splits[split.name][measure][0].toFixed(2)} to ${last.splits[split.name][measure][0].toFixed(2)}`).join(', ');
  }

  function drawCurves() {
    const parent = byId('curve-panels');
    parent.replaceChildren();
    const trained = report.arms.filter(arm => arm.curve.length > 0);
    if (trained.length === 0) {
      parent.append(element('p', { class: 'none' }, 'No evaluation during training was recorded.'));
    }
    for (const arm of trained) {
      for (const measure of ['success', 'validity']) {
        draw(panel(parent, `${arm.name}: ${measure}`, describeCurves(arm, measure)), 'line', curveData(arm, measure), {
          ...lineOptions('training step', measure, { min: 0, max: 1 }),
          plugins: { tooltip: { filter: item => !item.dataset.isBand, itemSort: (a, b) => b.parsed.y - a.parsed.y, callbacks: { title: items => items.length ? `step ${items[0].parsed.x}` : '', label: item => ` ${item.dataset.label} ${item.parsed.y.toFixed(2)}` } } },
        });
      }
    }
  }

  function drawLosses() {
    const parent = byId('loss-panels');
    parent.replaceChildren();
    const trained = report.arms.filter(arm => arm.losses.length > 0);
    if (trained.length === 0) {
      parent.append(element('p', { class: 'none' }, 'No training loss was recorded.'));
      return;
    }
    for (const [key, title, unit] of [['loss', 'Training loss', 'nats per scored token'], ['learningRate', 'Learning rate', 'learning rate']]) {
      const datasets = trained.map((arm, i) => ({
        label: arm.name, data: arm.losses.map(point => ({ x: point.step, y: point[key] })), borderColor: colour(`c${i % 6 + 1}`),
        backgroundColor: colour(`c${i % 6 + 1}`), borderWidth: 1.5, borderDash: [[], [6, 3], [2, 2]][i % 3], pointRadius: 0, pointStyle: 'line',
      }));
      const ends = trained.map(arm => `${arm.name} ends at ${arm.losses.at(-1)[key].toPrecision(3)}`).join(', ');
      draw(panel(parent, title, ends, 220), 'line', { datasets }, {
        ...lineOptions('training step', unit, { beginAtZero: true }),
        plugins: { legend: { display: true, labels: { color: colour('ink'), usePointStyle: true } } },
      });
    }
  }

  const reasonLabels = [...new Set(report.arms.flatMap(arm => Object.values(arm.outcomes).flatMap(outcome => outcome.reasons.map(reason => reason.label))))];

  // Hatching by index: plain, rising, falling, level, upright, dotted.
  function hatch(base, index) {
    const tile = document.createElement('canvas');
    tile.width = tile.height = 8;
    const pen = tile.getContext('2d');
    pen.fillStyle = base;
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = colour('page');
    pen.lineWidth = 1.2;
    pen.beginPath();
    [[], [0, 8, 8, 0], [0, 0, 8, 8], [0, 4, 8, 4], [4, 0, 4, 8], [3, 4, 5, 4]][index % 6].forEach((value, i, line) => i % 2 ? null : i ? pen.lineTo(value, line[i + 1]) : pen.moveTo(value, line[i + 1]));
    pen.stroke();
    return tile;
  }

  function outcomeKinds() {
    return [{ label: 'solved', tile: hatch(colour('solved'), 0) }, ...reasonLabels.map((label, i) => ({ label, tile: hatch(colour(['fake', 'c4', 'c1', 'c5', 'c6', 'c2'][i % 6]), i + 1) }))];
  }

  function drawReasons() {
    const kinds = outcomeKinds();
    byId('reason-legend').replaceChildren(...kinds.map(kind => element('span', {}, element('img', { src: kind.tile.toDataURL(), alt: '' }), kind.label)));
    const parent = byId('reason-panels');
    parent.replaceChildren();
    for (const arm of report.arms) {
      const splits = report.splits.map(split => split.name).filter(name => arm.outcomes[name]?.n > 0);
      if (splits.length === 0) {
        continue;
      }
      const count = (name, label) => label === 'solved'
        ? arm.outcomes[name].solved
        : arm.outcomes[name].reasons.filter(reason => reason.label === label).reduce((sum, reason) => sum + reason.count, 0);
      const canvas = panel(parent, arm.name, splits.map(name => `${name}: ${arm.outcomes[name].solved} of ${arm.outcomes[name].n} solved`).join(', '), 60 + 26 * splits.length);
      const pen = canvas.getContext('2d');
      draw(canvas, 'bar', {
        labels: splits,
        datasets: kinds.map(kind => ({
          label: kind.label, data: splits.map(name => count(name, kind.label) / arm.outcomes[name].n), backgroundColor: pen.createPattern(kind.tile, 'repeat'),
          borderColor: colour('page'), borderWidth: { right: 1 }, borderSkipped: false, barPercentage: .8, categoryPercentage: .95,
        })),
      }, {
        indexAxis: 'y',
        scales: { x: axis('share of episodes', { stacked: true, min: 0, max: 1 }), y: { ...axis('', { stacked: true }), title: { display: false }, grid: { display: false } } },
        plugins: { tooltip: { filter: item => item.raw > 0, callbacks: { label: item => ` ${item.dataset.label}: ${count(item.label, item.dataset.label)} of ${arm.outcomes[item.label].n}` } } },
      });
    }
  }

  // A sample of the line, with its marker, as it is drawn in the panels.
  function sample(style) {
    const marks = {
      circle: 'M12 8a4 4 0 1 0 8 0a4 4 0 1 0 -8 0', rect: 'M12.5 4.5h7v7h-7z', triangle: 'M16 3.5L20.5 11.5H11.5Z', rectRot: 'M16 3L21 8L16 13L11 8Z',
      crossRot: 'M12.5 4.5L19.5 11.5M19.5 4.5L12.5 11.5', cross: 'M16 3V13M11 8H21',
    };
    const stroke = `var(--${style.colour})`;
    return svg('svg', { viewBox: '0 0 32 16', 'aria-hidden': 'true' },
      svg('path', { d: 'M1 8H31', stroke, 'stroke-width': style.width, 'stroke-dasharray': style.dash.join(' ') || null }),
      svg('path', { d: marks[style.shape], fill: stroke, stroke, 'stroke-width': 1.5 }));
  }

  function drawControls() {
    const drawn = report.splits.filter(split => report.arms.some(arm => arm.curve.some(point => point.splits[split.name])));
    if (drawn.length === 0) {
      return;
    }
    const buttons = drawn.map(split => {
      const button = element('button', { type: 'button', 'aria-pressed': 'true' }, sample(styles[split.name]), split.name);
      button.addEventListener('click', () => {
        const show = hidden.has(split.name);
        show ? hidden.delete(split.name) : hidden.add(split.name);
        button.setAttribute('aria-pressed', String(show));
        drawAll();
      });
      return button;
    });
    const box = element('input', { type: 'checkbox', id: 'with-intervals' });
    box.addEventListener('change', () => {
      withIntervals = box.checked;
      drawAll();
    });
    byId('curve-controls').append(
      element('div', { class: 'legend', role: 'group', 'aria-label': 'Splits shown' }, ...buttons),
      element('label', {}, box, ' 95 % intervals as bands'));
  }

  function drawAll() {
    charts.forEach(chart => chart.destroy());
    charts = [];
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.color = colour('ink');
    drawCurves();
    drawLosses();
    drawReasons();
  }

  // Paper is white: print in the light colours whatever the screen has.
  function printing(isPrinting) {
    document.documentElement.toggleAttribute('data-print', isPrinting);
    drawAll();
  }

  drawControls();
  drawAll();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  addEventListener('beforeprint', () => printing(true));
  addEventListener('afterprint', () => printing(false));
})();
