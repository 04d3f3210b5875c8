/** The names under which package.json contributes things; a test compares them. */
export const commandIds = {
  push: 'dockerPush.push',
  pushLastBuilt: 'dockerPush.pushLastBuilt',
  pushAgain: 'dockerPush.pushAgain',
  compareTags: 'dockerPush.compareTags',
  cancelPush: 'dockerPush.cancelPush',
  retryPush: 'dockerPush.retryPush',
  showPushLog: 'dockerPush.showPushLog',
  clearPushes: 'dockerPush.clearPushes',
  tag: 'dockerPush.tag',
  untag: 'dockerPush.untag',
  addRegistry: 'dockerPush.addRegistry',
  editRegistry: 'dockerPush.editRegistry',
  testRegistry: 'dockerPush.testRegistry',
  removeRegistry: 'dockerPush.removeRegistry',
  signIn: 'dockerPush.signIn',
  signOut: 'dockerPush.signOut',
  signOutAll: 'dockerPush.signOutAll',
  importCredentials: 'dockerPush.importCredentials',
  copyReference: 'dockerPush.copyReference',
  copyDigest: 'dockerPush.copyDigest',
  copyPullCommand: 'dockerPush.copyPullCommand',
  openInBrowser: 'dockerPush.openInBrowser',
  pullTag: 'dockerPush.pullTag',
  deleteTag: 'dockerPush.deleteTag',
  retag: 'dockerPush.retag',
  inspectImage: 'dockerPush.inspectImage',
  readLayers: 'dockerPush.readLayers',
  copyInspectionAsJson: 'dockerPush.copyInspectionAsJson',
  copyInspectionAsMarkdown: 'dockerPush.copyInspectionAsMarkdown',
  scan: 'dockerPush.scan',
  showVulnerabilities: 'dockerPush.showVulnerabilities',
  exportSarif: 'dockerPush.exportSarif',
  scanPushed: 'dockerPush.scanPushed',
  loadMore: 'dockerPush.loadMore',
  tryAgain: 'dockerPush.tryAgain',
  filterRegistry: 'dockerPush.filterRegistry',
  clearRegistryFilter: 'dockerPush.clearRegistryFilter',
  pushHere: 'dockerPush.pushHere',
  refreshRegistries: 'dockerPush.refreshRegistries',
  refresh: 'dockerPush.refresh',
  selectEngine: 'dockerPush.selectEngine',
  showOutput: 'dockerPush.showOutput',
} as const;

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

export const viewIds = {
  images: 'dockerPush.images',
  registries: 'dockerPush.registries',
  pushes: 'dockerPush.pushes',
} as const;

/** What a person's click on a page or in a message passes: an error is told there then, as there is nobody to catch it. */
export function pageArgument<T extends object>(about: T): T & { readonly kind: 'page' } {
  return { ...about, kind: 'page' };
}

/** What a page in the editor's area is. */
export const panelTypes = { image: 'dockerPush.image' } as const;

/** Decide which welcome text a view shows. */
export const contextKeys = {
  /** `ready` where there is an engine and no image, `no-engine`, or absent. */
  engine: 'dockerPush.engine',
  /** Why there is no engine: an `UnreachableReason`, or an EngineError's code. */
  reason: 'dockerPush.engine.reason',
  /** Where an engine was looked for. */
  address: 'dockerPush.engine.address',
} as const;

export const imageItem = 'dockerPush.image';

/** What a row of Pushes is, for its menu. */
export const pushItems = {
  /** Runs or waits in this window. */
  live: 'dockerPush.push.live',
  cancelling: 'dockerPush.push.cancelling',
  /** In another window. */
  running: 'dockerPush.push.running',
  pushed: 'dockerPush.push.pushed',
  failed: 'dockerPush.push.failed',
  cancelled: 'dockerPush.push.cancelled',
  unknown: 'dockerPush.push.unknown',
} as const;

/** What a row of Registries is, for its menu. */
export const registryItems = {
  signedIn: 'dockerPush.registry.signedIn',
  signedOut: 'dockerPush.registry.signedOut',
  /** By a sign-in of Docker's, which is not ours to end. */
  borrowed: 'dockerPush.registry.borrowed',
  signInAgain: 'dockerPush.registry.signInAgain',
} as const;

/** What a row below a registry is, for its menu. */
export const remoteItems = {
  repository: 'dockerPush.remote.repository',
  tag: 'dockerPush.remote.tag',
  /** A list that could not be loaded: another sign-in may mend it. */
  refused: 'dockerPush.remote.refused',
  failed: 'dockerPush.remote.failed',
} as const;

/** What a row is whose list is filtered. */
export function filtered(item: string): string {
  return `${item}.filtered`;
}
