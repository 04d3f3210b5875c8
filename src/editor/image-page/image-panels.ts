import * as vscode from 'vscode';
import { plainText } from '../../base/index.ts';
import { commandIds, panelTypes } from '../ids.ts';
import type { ImageReport } from './image-report.ts';
import { type ReadingState, reportHtml } from './report-html.ts';
import type { ShownScan } from './scan-html.ts';

/** The page of one image, which is shown until it is closed. */
export interface ImagePanel {
  /** Aborts when it is closed, or asked for anew. */
  readonly signal: AbortSignal;
  show(report: ImageReport, state?: ReadingState): void;
}

interface Open {
  readonly panel: vscode.WebviewPanel;
  asked: AbortController;
  report?: ImageReport;
  state?: ReadingState | undefined;
}

/** The pages on which images are shown: one for each image. */
export class ImagePanels {
  readonly #open = new Map<string, Open>();
  /** By the image's ID, or its manifest's digest. */
  readonly #scans = new Map<string, ShownScan>();

  /** Brings up the page of an image, or opens one. What still reads for it is stopped. */
  open(name: string): ImagePanel {
    const known = this.#open.get(name);
    const open = known ?? this.#opened(name);
    known?.panel.reveal();
    open.asked.abort();
    const asked = new AbortController();
    open.asked = asked;
    return {
      signal: asked.signal,
      show: (report, state) => {
        if (asked.signal.aborted) return;
        open.report = report;
        open.state = state;
        this.#draw(open);
      },
    };
  }

  /** What the page shows that has the keyboard, or had it last and is seen. */
  get shown(): ImageReport | undefined {
    const report = [...this.#open.values()].find(({ panel }) => panel.active)?.report;
    return report && this.#withScan(report);
  }

  /** Shows what a scan said of an image, on each page that it has now or later. */
  scanned(id: string, scan: ShownScan): void {
    this.#scans.set(id, scan);
    for (const open of this.#open.values()) if (open.report?.id === id) this.#draw(open);
  }

  #draw({ panel, report, state }: Open): void {
    if (report) panel.webview.html = reportHtml(this.#withScan(report), state);
  }

  #withScan(report: ImageReport): ImageReport {
    const scan = this.#scans.get(report.id);
    return scan ? { ...report, scan } : report;
  }

  #opened(name: string): Open {
    const title = plainText(name.slice(name.lastIndexOf('/') + 1), 60);
    const panel = vscode.window.createWebviewPanel(panelTypes.image, title, vscode.ViewColumn.Active, {
      enableFindWidget: true,
      // It can do nothing but show, and call what is named here.
      enableScripts: false,
      enableCommandUris: [
        commandIds.readLayers,
        commandIds.scan,
        commandIds.showVulnerabilities,
        commandIds.exportSarif,
      ],
      localResourceRoots: [],
    });
    const open: Open = { panel, asked: new AbortController() };
    this.#open.set(name, open);
    panel.onDidDispose(() => {
      open.asked.abort();
      this.#open.delete(name);
    });
    return open;
  }
}
