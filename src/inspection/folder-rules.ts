/** A folder that needs not be in an image. */
export interface FolderRule {
  readonly kind: 'package-cache' | 'build-tools' | 'sources';
  /** As people call it. */
  readonly name: string;
  /** From the root, as `/var/cache/apk/`, or anywhere, as `.cache/pip/` after two stars and a slash. The last name may hold one `*`. */
  readonly folders: readonly string[];
  /** What a `RUN` does at its end, for what is not better kept in a cache of the builder's. */
  readonly clean?: string;
}

/**
 * Where package managers keep what they download. Sources: their manuals, as the default of `GOMODCACHE`,
 * `npm config get cache`, `pip cache dir`, `CARGO_HOME`, `NUGET_PACKAGES`.
 */
const caches: readonly FolderRule[] = [
  cache('apt', 'apt-get clean && rm -rf /var/lib/apt/lists/*', '/var/lib/apt/lists/', '/var/cache/apt/'),
  cache('apk', 'rm -rf /var/cache/apk/*', '/var/cache/apk/', '/etc/apk/cache/'),
  cache('dnf', 'dnf clean all', '/var/cache/dnf/', '/var/cache/libdnf5/'),
  cache('yum', 'yum clean all', '/var/cache/yum/'),
  cache('zypper', 'zypper clean --all', '/var/cache/zypp/'),
  cache('pacman', 'rm -rf /var/cache/pacman/pkg/*', '/var/cache/pacman/pkg/'),
  cache('pip', 'pip cache purge', '**/.cache/pip/'),
  cache('uv', undefined, '**/.cache/uv/'),
  cache('Poetry', undefined, '**/.cache/pypoetry/'),
  cache('conda', 'conda clean --all --yes', '/opt/conda/pkgs/', '**/miniconda3/pkgs/', '**/miniforge3/pkgs/'),
  cache('npm', 'npm cache clean --force', '**/.npm/_cacache/'),
  cache('Yarn', 'yarn cache clean', '**/.cache/yarn/', '**/.yarn/berry/cache/'),
  cache('pnpm', undefined, '**/.local/share/pnpm/store/', '**/.pnpm-store/'),
  cache('Go', 'go clean -cache -modcache', '**/.cache/go-build/', '**/go/pkg/mod/'),
  cache('Maven', undefined, '**/.m2/repository/'),
  cache('Gradle', undefined, '**/.gradle/caches/', '**/.gradle/wrapper/dists/'),
  cache(
    'Cargo',
    undefined,
    '**/.cargo/registry/',
    '**/.cargo/git/',
    '/usr/local/cargo/registry/',
    '/usr/local/cargo/git/',
  ),
  cache('Composer', 'composer clear-cache', '**/.composer/cache/', '**/.cache/composer/'),
  cache('NuGet', 'dotnet nuget locals all --clear', '**/.nuget/packages/', '**/.local/share/NuGet/'),
  cache('Bundler', 'rm -rf /usr/local/bundle/cache/*', '/usr/local/bundle/cache/', '**/.bundle/cache/'),
];

/** Compilers and what they need; programs are built in a stage of their own. */
const tools: readonly FolderRule[] = [
  { kind: 'build-tools', name: 'GCC', folders: ['/usr/lib/gcc/', '/usr/libexec/gcc/'] },
  { kind: 'build-tools', name: 'LLVM', folders: ['/usr/lib/llvm-*/'] },
  { kind: 'build-tools', name: 'Go', folders: ['/usr/local/go/', '/usr/lib/go-*/', '/usr/lib/go/'] },
  { kind: 'build-tools', name: 'Rust', folders: ['/usr/local/rustup/', '**/.rustup/toolchains/'] },
  { kind: 'build-tools', name: 'Maven', folders: ['/usr/share/maven/', '/opt/maven/'] },
  { kind: 'build-tools', name: 'Gradle', folders: ['/opt/gradle/'] },
  { kind: 'build-tools', name: '.NET SDK', folders: ['/usr/share/dotnet/sdk/', '/usr/lib/dotnet/sdk/'] },
  { kind: 'build-tools', name: 'CMake', folders: ['/usr/share/cmake-*/', '/usr/share/cmake/'] },
];

/** What is made anew by each build, or is of use to authors alone. */
const sources: readonly FolderRule[] = [
  { kind: 'sources', name: 'history of Git', folders: ['**/.git/'] },
  { kind: 'sources', name: 'sources of the kernel', folders: ['/usr/src/linux-*/', '/usr/src/kernels/'] },
  { kind: 'sources', name: "Rust's intermediate files", folders: ['**/target/release/deps/', '**/target/debug/'] },
  { kind: 'sources', name: 'caches of JavaScript builds', folders: ['**/node_modules/.cache/', '**/.next/cache/'] },
  { kind: 'sources', name: "Terraform's providers", folders: ['**/.terraform/providers/'] },
];

export const folderRules: readonly FolderRule[] = [...caches, ...tools, ...sources];

function cache(name: string, clean: string | undefined, ...folders: string[]): FolderRule {
  return { kind: 'package-cache', name, folders, ...(clean !== undefined && { clean }) };
}

export interface RuledFolder {
  readonly rule: FolderRule;
  /** The folder that the rule means, without a slash at its end. */
  readonly folder: string;
}

const compiled = folderRules.flatMap((rule) =>
  rule.folders.map((pattern) => ({ rule, expression: expressionOf(pattern) })),
);

/** The rule for a folder or one above it. */
export function ruleFor(folder: string): RuledFolder | undefined {
  const inside = `${folder}/`;
  for (const { rule, expression } of compiled) {
    const match = expression.exec(inside);
    if (match) return { rule, folder: inside.slice(0, match.index + match[0].length - 1) };
  }
  return undefined;
}

function expressionOf(pattern: string): RegExp {
  const isAnywhere = pattern.startsWith('**/');
  const literal = pattern
    .slice(isAnywhere ? 2 : 0)
    .replace(/[.+]/gu, '\\$&')
    .replace('*', '[^/]*');
  return new RegExp(isAnywhere ? literal : `^${literal}`, 'u');
}
