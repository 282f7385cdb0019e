const light = `--page:#fff;--text:#1b1f24;--quiet:#57606a;--line:#d5dae0;--shade:#f5f7f9;--link:#0b57d0;
--critical:#8b0f1a;--on-critical:#fff;--high:#ad3b00;--on-high:#fff;--medium:#7a4b00;--low:#4a5560;
--clean:#0f6b3a;--unknown:#5b3fa8;
--heat-0:#f5f7f9;--heat-1:#dbe9f9;--heat-2:#a9cdf0;--heat-3:#5c9fdb;--heat-4:#1f6bb0;--heat-5:#0b3d6e;
--on-heat-1:#0b1f33;--on-heat-2:#0b1f33;--on-heat-3:#06121f;--on-heat-4:#fff;--on-heat-5:#fff;
--bar:#7fb0de;--bar-strong:#0b3d6e;--late:#ad3b00;--soon:#b98900;--fine:#2f8f5b;--gap:#8b0f1a;`;

const dark = `--page:#14171a;--text:#e6e8eb;--quiet:#a3adb7;--line:#363d45;--shade:#1c2126;--link:#8ab8ff;
--critical:#ffb4ab;--on-critical:#410002;--high:#ffb77c;--on-high:#3d1f00;--medium:#f2c063;--low:#b4bec8;
--clean:#7fd6a1;--unknown:#c7b5ff;
--heat-0:#1c2126;--heat-1:#17304a;--heat-2:#1d4a75;--heat-3:#2c6ca6;--heat-4:#6db1e8;--heat-5:#b9dcf8;
--on-heat-1:#d6e6f7;--on-heat-2:#e9f3fc;--on-heat-3:#fff;--on-heat-4:#06121f;--on-heat-5:#06121f;
--bar:#2f5f8c;--bar-strong:#8ec5f4;--late:#ffb77c;--soon:#d9b44a;--fine:#5bbd85;--gap:#ffb4ab;`;

/** All that the page looks like; in no element is a style of its own. */
export const style = `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:14px/1.5 system-ui,sans-serif;overflow-wrap:break-word}
header,main,footer{max-width:76rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:1.5rem}
footer{padding-top:1rem;padding-bottom:3rem;color:var(--quiet);border-top:1px solid var(--line);margin-top:3rem}
h1{font-size:1.65rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.25rem;margin:2.75rem 0 .5rem;padding-top:.75rem;border-top:2px solid var(--text)}
h3{font-size:1rem;margin:1.5rem 0 .4rem}
p,ul,ol,dl{margin:.4rem 0}
p,li,dd{max-width:56rem}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
code{font:.92em ui-monospace,monospace;overflow-wrap:anywhere}
bdi{overflow-wrap:anywhere}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--page);padding:.5rem 1rem}
.quiet,.note,.place,caption{color:var(--quiet)}
.place{white-space:nowrap;font-size:.92em;font-weight:400}
nav ul{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;padding:0;margin:.75rem 0 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.75rem;list-style:none;padding:0;margin:1rem 0}
.tiles li{border:1px solid var(--line);border-left:5px solid var(--tile);border-radius:4px;padding:.6rem .9rem;background:var(--shade)}
.tiles strong{display:block;font-size:2rem;line-height:1.15;font-variant-numeric:tabular-nums}
.tiles .clean{--tile:var(--clean)}.tiles .findings{--tile:var(--high)}.tiles .cannot-know{--tile:var(--unknown)}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}
.facts dt{color:var(--quiet)}
.facts dd{margin:0;overflow-wrap:anywhere}
.badge{display:inline-block;border:1px solid currentColor;border-radius:3px;padding:0 .45em;font-size:.86em;font-weight:600;white-space:nowrap}
.badge.critical{background:var(--critical);color:var(--on-critical);border-color:var(--critical)}
.badge.high{background:var(--high);color:var(--on-high);border-color:var(--high)}
.badge.medium{color:var(--medium)}
.badge.low,.badge.info{color:var(--low);font-weight:400}
.verdict{white-space:nowrap}
.verdict.clean{color:var(--clean)}.verdict.findings{color:var(--medium);font-weight:600}.verdict.cannot-know{color:var(--unknown)}
.standing.overdue{color:var(--medium);font-weight:600}
article{border:1px solid var(--line);border-radius:4px;padding:.75rem 1rem;margin:.9rem 0}
article h3{margin:0 0 .35rem;overflow-wrap:anywhere}
article h4{font-size:.93rem;margin:.7rem 0 .15rem}
.timeline{list-style:none;padding:0;margin:.5rem 0;border-left:2px solid var(--line)}
.timeline li{padding:.1rem 0 .1rem .9rem;position:relative}
.timeline li::before{content:"";position:absolute;left:-5px;top:.7em;width:8px;height:8px;border-radius:50%;background:var(--quiet)}
.timeline time,.timeline .untimed{color:var(--quiet);font-variant-numeric:tabular-nums}
.stage{font-size:.86em;color:var(--quiet);border:1px solid var(--line);border-radius:3px;padding:0 .4em}
.scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;font-size:.93em;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:.2rem 0 .3rem}
th,td{text-align:left;vertical-align:top;padding:.22rem 1rem .22rem 0;border-bottom:1px solid var(--line);white-space:nowrap}
td.prose,th.prose{white-space:normal;min-width:14rem}
tbody th{white-space:normal;min-width:16rem}
tbody th .place{display:block;line-height:1.2}
thead th{vertical-align:bottom;border-bottom:1px solid var(--quiet);font-weight:600}
tbody th{font-weight:400}
.figure{text-align:right}
.matrix th,.matrix td{padding:.12rem .3rem;border:1px solid var(--page)}
.matrix td{text-align:center;min-width:2.3rem;background:var(--heat-0)}
.matrix thead th{border:0;white-space:nowrap}
.matrix thead span{display:inline-block;writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap;text-align:left}
.matrix .l1{background:var(--heat-1);color:var(--on-heat-1)}.matrix .l2{background:var(--heat-2);color:var(--on-heat-2)}
.matrix .l3{background:var(--heat-3);color:var(--on-heat-3)}.matrix .l4{background:var(--heat-4);color:var(--on-heat-4)}
.matrix .l5{background:var(--heat-5);color:var(--on-heat-5)}
.matrix .others{background:none;text-align:right}
.chart{display:block;max-width:100%;height:auto;margin:.5rem 0;font-family:inherit;overflow:visible}
.chart text{white-space:pre}
figure{margin:.6rem 0;overflow-x:auto}
figcaption{color:var(--quiet)}
details{margin:.3rem 0}
summary{cursor:pointer;color:var(--link)}
@media (max-width:40rem){header,main,footer{padding-left:.75rem;padding-right:.75rem}.facts{grid-template-columns:1fr}.facts dd{margin-bottom:.3rem}}
@media print{
:root{color-scheme:light;${light}}
@page{size:landscape;margin:12mm}
body{font-size:9.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
header,main,footer{max-width:none;padding:0}
nav,.skip,details{display:none}
h2,h3,h4{break-after:avoid}
thead{display:table-header-group}
tr,.timeline li,.tiles li,figure{break-inside:avoid}
.scroll,figure{overflow:visible}
th,td,.place{white-space:normal}
bdi{overflow-wrap:break-word}
tbody th{min-width:10rem}
td.prose,th.prose{min-width:8rem}
.matrix tbody th{min-width:8rem}
.matrix{font-size:7pt}
.matrix td{min-width:0}
a{color:inherit;text-decoration:none}
}
`;
