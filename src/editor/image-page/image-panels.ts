import * as vscode from 'vscode';
import { plainText } from '../../base/index.ts';
import { commandIds, panelTypes } from '../ids.ts';
import type { ImageReport } from './image-report.ts';
import { type ReadingState, reportHtml } from './report-html.ts';

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
}

/** The pages on which images are shown: one for each image. */
export class ImagePanels {
  readonly #open = new Map<string, Open>();

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
        open.panel.webview.html = reportHtml(report, state);
      },
    };
  }

  /** What the page shows that has the keyboard, or had it last and is seen. */
  get shown(): ImageReport | undefined {
    return [...this.#open.values()].find(({ panel }) => panel.active)?.report;
  }

  #opened(name: string): Open {
    const title = plainText(name.slice(name.lastIndexOf('/') + 1), 60);
    const panel = vscode.window.createWebviewPanel(panelTypes.image, title, vscode.ViewColumn.Active, {
      enableFindWidget: true,
      // It can do nothing but show, and call what is named here.
      enableScripts: false,
      enableCommandUris: [commandIds.readLayers],
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
