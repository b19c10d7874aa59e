/* Draws the link graph of the report with sigma.js. Nothing is fetched; without a canvas the graph of sections stays. */
(function () {
  "use strict";
  var byId = function (id) { return document.getElementById(id); };
  var holder = byId("graph-canvas"), told = byId("graph-told");
  var data = JSON.parse(byId("graph-data").textContent);
  var colour = function (name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); };
  var bits = {};
  data.roles.forEach(function (role, at) { bits[role] = 1 << at; });
  var boxes = Array.prototype.slice.call(document.querySelectorAll("#graph-roles input[name=role]"));
  var odd = document.querySelector("#graph-roles input[name=odd]");
  var shownMask = function () {
    return boxes.reduce(function (mask, box) { return box.checked ? mask | bits[box.value] : mask; }, 0);
  };
  var Graph = window.graphology && (window.graphology.Graph || window.graphology);
  var graph = new Graph({ type: "directed", multi: false });
  data.nodes.forEach(function (node, at) {
    graph.addNode(String(at), {
      x: node[0], y: -node[1], size: node[2], label: node[7] || node[6], section: node[3], hue: "c" + (node[4] + 1),
      state: node[5], url: node[6]
    });
  });
  data.edges.forEach(function (edge) {
    graph.addEdge(String(edge[0]), String(edge[1]), { mask: edge[2], size: 0.6 });
  });
  holder.hidden = false;
  var mask = shownMask(), near = null, neighbours = null, paint = {};
  var mix = function () {
    paint = { ink: colour("ink"), paper: colour("paper"), line: colour("line"), accent: colour("accent"), bad: colour("bad"), warn: colour("c2") };
    for (var i = 1; i <= 8; i += 1) { paint["c" + i] = colour("c" + i); }
  };
  mix();
  var renderer;
  try {
    renderer = new window.Sigma(graph, holder, {
      allowInvalidContainer: true, renderLabels: false, zIndex: true, hideEdgesOnMove: true, defaultEdgeType: "line",
      defaultDrawNodeHover: function (context, node) {
        context.beginPath();
        context.arc(node.x, node.y, node.size + 3, 0, 2 * Math.PI);
        context.lineWidth = 2;
        context.strokeStyle = paint.ink;
        context.stroke();
        context.font = "600 13px system-ui, sans-serif";
        context.lineWidth = 4;
        context.strokeStyle = paint.paper;
        var text = node.title.length > 60 ? node.title.slice(0, 59) + "…" : node.title;
        context.strokeText(text, node.x + node.size + 7, node.y + 4);
        context.fillStyle = paint.ink;
        context.fillText(text, node.x + node.size + 7, node.y + 4);
      },
      nodeReducer: function (key, node) {
        var drawn = { x: node.x, y: node.y, size: node.size, label: "", title: node.label, color: paint[node.hue], zIndex: 0 };
        if (odd.checked && node.state) {
          drawn.color = node.state & 1 ? paint.bad : paint.warn;
          drawn.size = Math.max(node.size, 4);
          drawn.zIndex = 1;
        }
        if (near !== null && key !== near && !neighbours.has(key)) { drawn.color = paint.line; }
        if (key === near) { drawn.zIndex = 2; }
        return drawn;
      },
      edgeReducer: function (key, edge) {
        var ends = graph.extremities(key), touches = near !== null && (ends[0] === near || ends[1] === near);
        var hidden = !(edge.mask & mask) || (near !== null && !touches);
        return { size: touches ? 1.2 : 0.5, color: touches ? paint.accent : paint.line, hidden: hidden };
      }
    });
  } catch (error) {
    holder.hidden = true;
    return;
  }
  var names = data.sections.slice(0, holder.clientWidth < 600 ? 5 : 14).map(function (section) {
    var name = document.createElement("span");
    name.className = "name";
    name.textContent = section[0];
    holder.appendChild(name);
    return { element: name, x: section[1], y: -section[2] };
  });
  var nameSections = function () {
    names.forEach(function (name) {
      var at = renderer.graphToViewport({ x: name.x, y: name.y });
      name.element.style.left = at.x + "px";
      name.element.style.top = at.y + "px";
    });
  };
  renderer.on("afterRender", nameSections);
  nameSections();
  byId("graph-roles").hidden = byId("graph-zoom").hidden = told.hidden = false;
  byId("graph-sections").open = false;
  var words = told.textContent;
  var look = function (key) {
    near = key;
    neighbours = new Set();
    if (key !== null) {
      graph.forEachEdge(key, function (edge, attributes, source, target) {
        if (attributes.mask & mask) { neighbours.add(source === key ? target : source); }
      });
    }
    renderer.refresh({ skipIndexation: true });
  };
  var tell = function (key) {
    told.textContent = "";
    if (key === null) { told.textContent = words; return; }
    var node = graph.getNodeAttributes(key), web = /^https?:\/\//i.test(node.url);
    var address = document.createElement(web ? "a" : "span");
    if (web) { address.href = node.url; address.rel = "noopener noreferrer nofollow"; }
    var title = document.createElement("bdi");
    title.textContent = node.label + " · " + data.sections[node.section][0] + " · ";
    address.textContent = node.url;
    told.appendChild(title);
    told.appendChild(address);
  };
  renderer.on("enterNode", function (event) { look(event.node); tell(event.node); });
  renderer.on("leaveNode", function () { look(null); });
  renderer.on("clickStage", function () { tell(null); });
  byId("graph-roles").addEventListener("change", function () { mask = shownMask(); renderer.refresh({ skipIndexation: true }); });
  byId("graph-zoom").addEventListener("click", function (event) {
    var camera = renderer.getCamera();
    if (event.target.value === "in") { camera.animatedZoom(); }
    if (event.target.value === "out") { camera.animatedUnzoom(); }
    if (event.target.value === "whole") { camera.animatedReset(); }
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () {
    mix();
    renderer.refresh();
  });
})();
