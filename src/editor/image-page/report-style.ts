/** Follows the theme, high contrast among them: only the theme's own colours, and borders where it has them. */
export const reportStyle = `
body { font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); color: var(--vscode-foreground);
  background: var(--vscode-editor-background); line-height: 1.5; }
main { max-width: 70rem; margin: 0 auto; padding: 0 1rem 2rem; }
h1 { font-size: 1.5em; font-weight: 600; overflow-wrap: anywhere; }
h2 { font-size: 1.2em; font-weight: 600; margin: 1.5em 0 0.5em; }
code { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; margin: 0; }
dt { color: var(--vscode-descriptionForeground); max-width: 20rem; overflow-wrap: anywhere; }
dd { margin: 0; overflow-wrap: anywhere; }
.faint { color: var(--vscode-descriptionForeground); font-size: 0.9em; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: 24px; margin: 0.5rem 0 1rem; border: 1px solid var(--vscode-contrastBorder, transparent); }
rect { stroke: var(--vscode-editor-background); stroke-width: 1; vector-effect: non-scaling-stroke; }
.shade0 { fill: var(--vscode-charts-blue); }
.shade1 { fill: var(--vscode-charts-green); }
.shade2 { fill: var(--vscode-charts-orange); }
.shade3 { fill: var(--vscode-charts-purple); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); }
th { font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
.findings { list-style: none; padding: 0; }
.findings > li { margin: 0 0 1rem; padding-left: 0.8rem; border-left: 3px solid var(--vscode-charts-orange); }
.secrets > li { border-left-color: var(--vscode-charts-red); }
.findings ul { margin: 0.2rem 0; padding-left: 1.2rem; overflow-wrap: anywhere; }
`;
