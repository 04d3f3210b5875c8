export type { ChosenEndpoint, Endpoint, EndpointSource, EndpointTls } from './endpoint.ts';
export type { Engine, EngineInfo, ImageStore } from './engine.ts';
export { EngineError, type EngineErrorCode, type EngineErrorDetails, type UnreachableReason } from './engine-error.ts';
export type {
  ImageDescriber,
  ImageDescription,
  ImageDetails,
  ImageInspector,
  ImageLister,
  ImagePlatform,
  ImageSaver,
  ImageTagger,
  LocalImage,
} from './image.ts';
export type { ImageEvent, ImageWatcher } from './image-event.ts';
export type {
  DigestEvent,
  ErrorEvent,
  ImagePusher,
  LayerEvent,
  LayerState,
  PushOptions,
  PushStreamEvent,
  WarningEvent,
} from './push-event.ts';
export type { ImagePuller, PullState, PullStreamEvent } from './pull-event.ts';
export { readPullStream } from './pull-line.ts';
export { PushStreamReader, readPushStream } from './push-stream-reader.ts';
export { chooseEndpoint, describeEndpointSetting, type EndpointQuestion } from './choose-endpoint.ts';
export { openEngine } from './open-engine.ts';
export type { EngineLimits } from './engine-connection.ts';
export { findEngines, type EnginesQuestion, type KnownEngine, type MachineFiles } from './known-engines.ts';
