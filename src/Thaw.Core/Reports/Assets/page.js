'use strict';
// What the other scripts share: the data, and making elements. Text goes in as text nodes only, never as markup.
const report = JSON.parse(document.getElementById('report-data').textContent);

function byId(id) {
  return document.getElementById(id);
}

function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) {
      node.setAttribute(key, value);
    }
  }
  node.append(...children.filter(child => child !== null));
  return node;
}
