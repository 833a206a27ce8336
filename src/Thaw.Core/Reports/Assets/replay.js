'use strict';
// Steps through the sample episodes. Texts of a turn are indices into report.texts.
(function () {
  const player = byId('player');
  const [armChoice, splitChoice, episodeChoice] = ['arm', 'split', 'episode'].map(name => byId(`replay-${name}`));
  let episode = null;
  let frame = 0;

  if (report.episodes.length === 0) {
    byId('replay-none').hidden = false;
    return;
  }
  player.hidden = false;

  function inOrder(names, present) {
    return names.filter(name => present.includes(name)).concat([...new Set(present)].filter(name => !names.includes(name)));
  }

  function offer(select, options) {
    const before = select.value;
    select.replaceChildren(...options.map(([value, label]) => element('option', { value }, label)));
    if (options.some(([value]) => value === before)) {
      select.value = before;
    }
  }

  function offerSplits() {
    const splits = report.episodes.filter(e => e.arm === armChoice.value).map(e => e.split);
    offer(splitChoice, inOrder(report.splits.map(s => s.name), splits).map(name => [name, name]));
    offerEpisodes();
  }

  function offerEpisodes() {
    const options = report.episodes
      .map((e, index) => ({ e, index }))
      .filter(({ e }) => e.arm === armChoice.value && e.split === splitChoice.value)
      .map(({ e, index }, i) => [String(index), `${i + 1}: ${e.isSolved ? 'solved' : 'not solved'}, ${turns(e)}, ${e.instanceId.slice(0, 12)}`]);
    episodeChoice.replaceChildren();
    offer(episodeChoice, options);
    openEpisode();
  }

  function openEpisode() {
    episode = report.episodes[Number(episodeChoice.value)];
    frame = 0;
    const differ = episode.statedBinding !== episode.scoredBinding;
    byId('replay-bindings').replaceChildren(
      element('span', {}, 'Stated in the prompt ', element('code', {}, episode.statedBinding)),
      element('span', {}, 'Scored by the judge ', element('code', {}, episode.scoredBinding)),
      ...(differ ? [element('strong', { class: 'badge' }, 'stated ≠ scored')] : []));
    byId('replay-turns').replaceChildren(...episode.turns.map((turn, i) => {
      const button = element('button', { type: 'button', class: turn.isValid ? 'valid' : 'invalid', 'aria-label': `Turn ${i + 1}, ${turn.isValid ? 'valid' : 'invalid'} answer` }, turn.isValid ? '●' : '×');
      button.addEventListener('click', () => show(i));
      return element('li', {}, button);
    }));
    show(0);
  }

  function turns(e) {
    return e.turns.length === 1 ? '1 turn' : `${e.turns.length} turns`;
  }

  // One frame a turn, and one more where the position after the last turn is known.
  function frames() {
    const last = episode.turns.at(-1);
    return episode.turns.length + (last && last.drawingAfter !== null ? 1 : 0);
  }

  function show(index) {
    frame = Math.max(0, Math.min(frames() - 1, index));
    const isEnd = frame === episode.turns.length;
    const turn = episode.turns[isEnd ? frame - 1 : frame];
    if (!turn) {
      return;
    }
    byId('replay-board').replaceChildren(drawPosition(report.texts[isEnd ? turn.drawingAfter : turn.drawing]));
    byId('replay-place').textContent = isEnd ? `end, after ${turns(episode)}` : `turn ${frame + 1} of ${episode.turns.length}`;
    byId('replay-completion').textContent = report.texts[turn.completion];
    byId('replay-prompt').replaceChildren(...highlightAnswers(report.texts[turn.prompt]));
    byId('replay-verdict').replaceChildren(...(isEnd ? ending() : verdict(turn)));
    [...byId('replay-turns').querySelectorAll('button')].forEach((button, i) =>
      i === frame ? button.setAttribute('aria-current', 'step') : button.removeAttribute('aria-current'));
    for (const [id, at] of [['first', 0], ['previous', 0], ['next', frames() - 1], ['last', frames() - 1]]) {
      byId(`replay-${id}`).setAttribute('aria-disabled', String(frame === at));
    }
  }

  function verdict(turn) {
    const answer = turn.answer === null
      ? element('p', {}, 'No answer was read.')
      : element('p', {}, 'Answer read: ', element('code', {}, turn.answer), meaning(turn.answer));
    return [
      element('p', { class: turn.isValid ? 'valid' : 'invalid' }, turn.isValid ? '✓ valid' : '✕ invalid', turn.reason === '' ? '' : `: ${turn.reason}`),
      answer,
    ];
  }

  function ending() {
    return [element('p', { class: episode.isSolved ? 'valid' : 'invalid' }, episode.isSolved ? '✓ solved' : '✕ not solved', ` after ${turns(episode)}`)];
  }

  // "Up=1 Down=2" says what a word means; other bindings are shown as they are, without a meaning.
  function meaning(answer) {
    const find = binding => binding.split(' ').map(pair => pair.split('=')).find(pair => pair.length === 2 && pair[1].toLowerCase() === answer.toLowerCase())?.[0];
    const [stated, scored] = [find(episode.statedBinding), find(episode.scoredBinding)];
    if (stated === scored) {
      return stated ? `, means ${stated}` : '';
    }
    return `, means ${stated ?? 'nothing'} as stated and ${scored ?? 'nothing'} as scored`;
  }

  // The section that changes between splits: from the line "Answers:" to the next blank line.
  function highlightAnswers(prompt) {
    const match = /^Answers:[^]*?(?=\n\n|$(?![^]))/m.exec(prompt);
    return match
      ? [prompt.slice(0, match.index), element('mark', {}, match[0]), prompt.slice(match.index + match[0].length)]
      : [prompt];
  }

  armChoice.addEventListener('change', offerSplits);
  splitChoice.addEventListener('change', offerEpisodes);
  episodeChoice.addEventListener('change', openEpisode);
  byId('replay-first').addEventListener('click', () => show(0));
  byId('replay-previous').addEventListener('click', () => show(frame - 1));
  byId('replay-next').addEventListener('click', () => show(frame + 1));
  byId('replay-last').addEventListener('click', () => show(frames() - 1));
  player.addEventListener('keydown', event => {
    const target = { ArrowLeft: frame - 1, ArrowRight: frame + 1, Home: 0, End: frames() - 1 }[event.key];
    if (target === undefined || event.target.tagName === 'SELECT' || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    show(target);
  });

  offer(armChoice, inOrder(report.arms.map(a => a.name), report.episodes.map(e => e.arm)).map(name => [name, name]));
  offerSplits();
})();
