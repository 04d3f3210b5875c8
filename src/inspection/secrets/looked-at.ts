import type { FileEntry } from '../entry.ts';
import { isCredentialFile } from './credential-files.ts';

/** No secret is shorter than the shortest `.env`, as `A=secret`. */
const leastBytes = 8;
/** Pictures, sound, fonts, archives, programs: their endings do not lie, and what does is passed over by its zero bytes. */
const binaryEnding =
  /\.(?:png|jpe?g|gif|ico|webp|avif|bmp|tiff?|mp[34]|ogg|wav|webm|woff2?|ttf|otf|eot|pdf|gz|tgz|bz2|xz|zst|zip|jar|war|whl|egg|7z|deb|rpm|apk|so|a|o|ko|dll|dylib|exe|bin|class|pyc|pyo|mo|elc|wasm|db|sqlite3?|dat|tzdata|gresource)$/iu;
const libraryEnding = /\.so\.[\d.]+$/u;

/**
 * Where package managers and distributions of languages put what anybody can have from where they have it: nothing in it
 * is this image's secret. What begins with a dot in `node_modules` is made at home, as a build's cache.
 */
const publicPlace = new RegExp(
  [
    String.raw`/node_modules/(?!\.)`,
    String.raw`/(?:site|dist)-packages/`,
    String.raw`/lib(?:32|64)?/(?:python\d[\d.]*|pypy[\d.]*|ruby|perl5?|php|erlang|elixir|R|jvm|tcl[\d.]*|rustlib)/`,
    String.raw`/(?:gems|bundle)/(?:ruby/)?[\d.]+/`,
    String.raw`/go/(?:pkg/mod|src/(?:crypto|net|cmd|internal)|test)/`,
    String.raw`^/usr/lib/go-[\d.]+/`,
    String.raw`/(?:cargo|\.cargo)/(?:registry|git)/`,
    String.raw`/rustup/toolchains/`,
    String.raw`/\.(?:m2/repository|gradle/caches|nuget/packages|pyenv/versions|nvm/versions|rbenv/versions)/`,
    String.raw`/vendor/(?:bundle|github\.com|golang\.org|symfony|laravel|composer)/`,
    String.raw`^/usr/share/(?:doc|man|info|locale|zoneinfo|i18n|icons|fonts|licenses|mime|perl5?|vim|bash-completion|zsh)/`,
    String.raw`^/(?:usr/)?lib/firmware/|^/usr/include/|^/var/lib/dpkg/info/|^/lib/apk/`,
  ].join('|'),
  'u',
);
/** Folders of the distribution's own packages, by the Filesystem Hierarchy Standard 3.0, 4.2: the local ones are elsewhere. */
const distributionPlace =
  /^\/(?:usr\/)?(?:lib(?:32|64|x32)?|libexec|sbin|bin)\/|^\/usr\/share\/|^\/usr\/local\/lib\/|\/google-cloud-sdk\/|\/third_party\//u;
/** In them, what shows or tries out how a program works. */
const trialFolder =
  /\/(?:__tests__|tests?|testing|test_?data|test-data|specs?|fixtures?|examples?|samples?|docs?|demos?|mocks?|dummy\w*)\//iu;
/** Debian's package ssl-cert makes it for trials, and names it after medicine that helps nobody. */
const worthless = '/etc/ssl/private/ssl-cert-snakeoil.key';

/**
 * Whether a file's content is to be looked at for secrets. What is left out cannot hold any, by its kind or size, or is
 * public anyway, as it comes with software of others.
 */
export function wantsContent({ path, size }: FileEntry): boolean {
  if (size < leastBytes || path === worthless) return false;
  if (isPublic(path)) return false;
  return isCredentialFile(path) || !(binaryEnding.test(path) || libraryEnding.test(path));
}

/** A file of an installed package, in which an address with a password is one of an example. */
export function isDistributed(path: string): boolean {
  return distributionPlace.test(path);
}

function isPublic(path: string): boolean {
  return publicPlace.test(path) || (trialFolder.test(path) && distributionPlace.test(path));
}
