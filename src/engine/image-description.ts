import * as v from 'valibot';
import { historySchema, imageDetails, imageSchema, layerSizes } from './image-answer.ts';
import type { ImageStore } from './engine.ts';
import type { ImageDescription } from './image.ts';

/** `GET /images/{name}/json`, with how a container of it would be started. */
export const describedSchema = v.object({
  ...imageSchema.entries,
  Config: v.nullish(v.record(v.string(), v.unknown())),
});
type DescribedImage = v.InferOutput<typeof describedSchema>;
type History = v.InferOutput<typeof historySchema>;

/** Instructions that only change the configuration (https://docs.docker.com/reference/dockerfile/). */
const layerless =
  /^(?:\/bin\/sh -c )?(?:#\(nop\)\s*)?(?:CMD|LABEL|MAINTAINER|EXPOSE|ENV|ENTRYPOINT|VOLUME|USER|ARG|ONBUILD|STOPSIGNAL|HEALTHCHECK|SHELL)\b/u;

/**
 * Puts the engine's two answers together: the image's configuration in the form that the OCI specification gives it
 * (https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md), as far as the engine tells it.
 */
export function imageDescription(image: DescribedImage, history: History, store: ImageStore): ImageDescription {
  const details = imageDetails(image, store);
  const steps = history.toReversed();
  const made = whichMadeLayers(steps, details.layers.length);
  const sizes = layerSizes(history, details.layers.length) ?? made?.map(({ Size }) => Size);
  const isMade = new Set(made);
  return {
    details,
    config: {
      config: image.Config ?? {},
      rootfs: { diff_ids: details.layers },
      history: steps.map((step) => ({ created_by: step.CreatedBy, empty_layer: !isMade.has(step) })),
      os: image.Os,
      architecture: image.Architecture,
    },
    ...(sizes && { layerBytes: sizes }),
  };
}

/** By their bytes, else by what they say; undefined where neither gives as many as there are layers. */
function whichMadeLayers(steps: History, layers: number): History | undefined {
  const bySize = steps.filter(({ Size }) => Size > 0);
  if (bySize.length === layers) return bySize;
  const byWords = steps.filter(({ CreatedBy }) => !layerless.test(CreatedBy));
  return byWords.length === layers ? byWords : undefined;
}
