// How the page looks and the little that moves on it. Light or dark as the reader's system is; the text fits a phone, and
// what does not (word encodings, pictures, tables) scrolls sideways by itself.

export const STYLE = `
:root{--bg:#fff;--fg:#1c2024;--quiet:#667079;--line:#dfe3e8;--soft:#f4f6f8;--accent:#1558b0;--bad:#b3261e;--warm:#8a5a00;
--fixed:#e3e8ee;--operand:#dbeafe;--variant:#fde9c8;--s0:#2f6fbd;--s1:#2e8b57;--s2:#b86a00;--s3:#8b46b0;--s4:#b8336a;--s5:#3c7f8c;
--k:#8250df;--t:#0a6c74;--n:#a04100;--str:#0a6b2d;--f:#1558b0;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media(prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#e3e6e9;--quiet:#98a2ab;--line:#30363c;--soft:#1c2125;--accent:#7ab4ff;--bad:#ff8a80;--warm:#e9b665;
--fixed:#2b3239;--operand:#17365c;--variant:#4b3815;--s0:#6aa9f4;--s1:#62c38c;--s2:#e5a04a;--s3:#c48be6;--s4:#f07ea9;--s5:#6fc0cd;
--k:#c9a6ff;--t:#7fd6dd;--n:#ffb07a;--str:#8ddba5;--f:#8fc1ff}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
main{max-width:62rem;padding:1.2rem 1rem 6rem;margin:0 auto;min-width:0}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
h1{font-size:2rem;line-height:1.2;margin:.2rem 0 .8rem;letter-spacing:-.01em}
h2{font-size:1.45rem;margin:3rem 0 1rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1.1rem;margin:2rem 0 .6rem}h4{font-size:1rem;margin:1.2rem 0 .4rem}h5{font-size:.85rem;margin:1rem 0 .3rem;color:var(--quiet);font-weight:600}
.chapter h3{text-transform:capitalize}
p{margin:.6rem 0}
code,pre,.syntax,.bits,svg text{font-family:var(--mono)}
code{font-size:.87em}
.quiet{color:var(--quiet);font-weight:400;font-size:.9em}.bad{color:var(--bad)}
.wide{overflow-x:auto;margin:.6rem 0;-webkit-overflow-scrolling:touch}
nav{padding:.8rem 1rem;border-bottom:1px solid var(--line);background:var(--soft)}
nav summary{font-weight:600;cursor:pointer}
nav ul{list-style:none;margin:.3rem 0 0;padding:0}nav ul ul{margin:0 0 .3rem;padding-left:.9rem}
nav li{padding:.13rem 0}nav li li{font-size:.9em;text-transform:capitalize}
nav a{color:inherit}
pre{margin:.6rem 0;overflow-x:auto;font-size:.84rem;line-height:1.5}
pre.code{background:var(--soft);border:1px solid var(--line);border-radius:8px;padding:.7rem .9rem}
pre.code code{font-size:inherit}
pre.prose{font-size:.78rem;color:var(--fg)}
.k{color:var(--k)}.t{color:var(--t)}.n{color:var(--n)}.s{color:var(--str)}.c{color:var(--quiet)}.f{color:var(--f)}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th{text-align:left;font-weight:600;color:var(--quiet);font-size:.85rem;white-space:nowrap}
th,td{padding:.38rem 1.4rem .38rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td pre.code{margin:0;padding:0;background:none;border:0}
table.states td:first-child{white-space:nowrap;padding-right:1.2rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.2rem,1fr));gap:.6rem;margin:1.4rem 0}
.tiles div{border:1px solid var(--line);border-radius:10px;padding:.55rem .8rem;background:var(--soft)}
.tiles dt{font-size:.8rem;color:var(--quiet)}.tiles dd{margin:0;font-size:1.2rem;font-weight:600;font-variant-numeric:tabular-nums}
.entry{border:1px solid var(--line);border-radius:10px;margin:.45rem 0;background:var(--bg)}
.entry>summary{cursor:pointer;padding:.5rem .9rem;display:flex;flex-wrap:wrap;gap:.2rem .9rem;align-items:baseline;list-style:none}
.entry>summary::-webkit-details-marker{display:none}
.entry>summary b{font-family:var(--mono);font-size:.95rem;min-width:5.2rem}
.entry>summary:hover{background:var(--soft);border-radius:10px}
.entry[open]>summary{border-bottom:1px solid var(--line);border-radius:10px 10px 0 0}
.entry:target{border-color:var(--accent)}
.entry .body{padding:.5rem .9rem .7rem;min-width:0}
.syntax{color:var(--quiet);font-size:.85rem;flex:1}
.tag,.badge{display:inline-block;font-size:.76rem;border-radius:20px;padding:.05rem .55rem;background:var(--soft);border:1px solid var(--line);color:var(--quiet);white-space:nowrap}
.badge{color:var(--accent)}
.members code,.forms code{margin-right:.35rem;white-space:nowrap}
.uses span{margin-right:1.2rem;display:inline-block}.uses{color:var(--quiet);font-size:.9rem}.uses code{color:var(--fg);margin-left:.2rem}
.foot{font-size:.9rem;margin-top:.9rem}
.bits{display:grid;min-width:40rem;margin:.3rem 0;font-size:.8rem}
.bits div{padding:0 1px 0 0;text-align:center;min-width:0}
.bits .at{display:flex;justify-content:space-between;color:var(--quiet);font-size:.68rem;padding:0 .15rem;height:1.1rem}
.bits i{font-style:normal;margin:0 auto 0 0}.bits i+i{margin:0}.bits i:only-child{margin:0 auto}
.bits b{display:block;font-weight:500;padding:.3rem 0;border-radius:5px;background:var(--fixed);overflow:hidden;text-overflow:ellipsis;min-height:1.9rem}
.bits .operand b{background:var(--operand);font-weight:600}.bits .variant b{background:var(--variant);font-weight:600}
.bits .none b{background:repeating-linear-gradient(45deg,var(--soft),var(--soft) 4px,var(--line) 4px,var(--line) 5px)}
.block table,.body table{width:auto;min-width:min(100%,26rem)}.body table.states{width:100%}
#classes .entry>summary b{min-width:11rem}
.block.depth-1,.block.depth-2,.block.depth-3{margin-left:.2rem;padding-left:.9rem;border-left:3px solid var(--line)}
.estimate{color:var(--warm);white-space:nowrap}.source{color:var(--quiet)}
.energy td:nth-child(3){min-width:9rem}.amount{font-variant-numeric:tabular-nums;white-space:nowrap;font-weight:600}
.bar{display:block;height:5px;background:var(--soft);border-radius:3px;margin-top:.25rem}.bar span{display:block;height:100%;border-radius:3px;background:var(--s0)}
figure{margin:1rem 0 1.6rem;border:1px solid var(--line);border-radius:10px;padding:.5rem .9rem}
figcaption{font-size:.9rem;color:var(--quiet);margin-top:.2rem}
.graph{max-width:none;height:auto;display:block}
@media(min-width:60rem){.graph{max-width:100%}}
.graph text{font-size:12.5px;text-anchor:middle;fill:var(--fg)}
.graph .note{font-size:10.5px;fill:var(--quiet)}
.node rect{fill:var(--bg);stroke:var(--line);stroke-width:1.6}
.node.waits rect{stroke-dasharray:5 3}
.stage-0 rect{stroke:var(--s0)}.stage-1 rect{stroke:var(--s1)}.stage-2 rect{stroke:var(--s2)}.stage-3 rect{stroke:var(--s3)}.stage-4 rect{stroke:var(--s4)}.stage-5 rect{stroke:var(--s5)}
.node.end circle{fill:var(--quiet)}.node.end.done circle{fill:none;stroke:var(--quiet);stroke-width:3}
.edge path{fill:none;stroke:var(--quiet);stroke-width:1.4}.edge path.tip{fill:var(--quiet);stroke:none}
.edge:hover path{stroke:var(--accent);stroke-width:2.4}.edge:hover path.tip{fill:var(--accent)}
.edge.exception path{stroke:var(--bad);stroke-dasharray:3 3}.edge.exception path.tip{fill:var(--bad)}
input[type=search]{font:inherit;padding:.45rem .8rem;border:1px solid var(--line);border-radius:10px;background:var(--bg);color:var(--fg);width:min(22rem,100%)}
@media(min-width:70rem){body{display:grid;grid-template-columns:15rem minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow:auto;border-bottom:0;border-right:1px solid var(--line);padding:1.4rem 1.1rem}nav summary{list-style:none;font-size:1.05rem;margin-bottom:.5rem}
main{padding:2rem 2.4rem 6rem;width:100%}}
@media(max-width:40rem){h1{font-size:1.6rem}body{font-size:15.5px}.entry>summary b{min-width:3.6rem}figure{padding:.4rem .5rem}}
@media print{nav,#filter{display:none}.entry .body{display:block}}
`;

export const SCRIPT = `
(function(){
var filter=document.getElementById("filter"),found=document.getElementById("found");
var entries=[].slice.call(document.querySelectorAll("#instructions .entry"));
function show(){
  var words=filter.value.toLowerCase().split(/\\s+/).filter(Boolean),n=0;
  entries.forEach(function(e){
    var text=e.getAttribute("data-search"),ok=words.every(function(w){return text.indexOf(w)>=0});
    e.hidden=!ok;if(ok)n++;
  });
  [].forEach.call(document.querySelectorAll("#instructions .chapter"),function(c){c.hidden=!c.querySelector(".entry:not([hidden])")});
  found.textContent=words.length?n+" found":"";
}
if(filter)filter.addEventListener("input",show);
function open(){
  var e=location.hash&&document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if(e&&e.tagName==="DETAILS"){e.open=true;e.scrollIntoView()}
}
addEventListener("hashchange",open);open();
if(matchMedia("(max-width:69.99rem)").matches)document.querySelector("nav details").open=false;
})();
`;
