using System.Globalization;
using System.Security.Cryptography;

namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>How far a process of a plugin can be kept apart on this machine, the strongest last.</summary>
internal enum ConfinementLevel
{
    /// <summary>A process with memory of its own, nothing of the Worker's environment, and limits.</summary>
    Separate,

    /// <summary>A user of its own besides, which nothing else on the machine has.</summary>
    OwnUser,

    /// <summary>
    /// A root folder of its own, which shows the runtime, the program and the plugin to read and a temporary folder; no network; no other
    /// process to be seen.
    /// </summary>
    Sealed,
}

/// <summary>The command line that a program is started by, so that it has less than the Worker.</summary>
internal static class Confinement
{
    // A user that nobody has been given: above what systemd and containers share out.
    private const int FirstUser = 1_900_000_000, Users = 200_000_000;

    // Runs as root of namespaces of its own. Each folder that is to be seen is bound to its place in an empty root, to be read only.
    private const string Seal = """
        set -e
        PATH=/usr/sbin:/usr/bin:/sbin:/bin
        root=$1 disk=$2 user=$3; shift 3
        mount -t tmpfs -o "mode=755,nosuid,nodev,size=${disk}m" tradeflow "$root"
        bind() {
          mount --rbind "$1" "$root$1"
          options=$(findmnt -n -o VFS-OPTIONS "$root$1" | tail -1)
          case $options in rw*) mount -o "remount,bind,ro${options#rw}" "$root$1" ;; esac
        }
        while [ "$1" != -- ]; do
          mkdir -p "$root$(dirname "$1")"
          if [ -L "$1" ]; then cp -P "$1" "$root$1"
          elif [ -d "$1" ]; then
            mkdir -p "$root$1"; bind "$1"
            # Settings of the Worker may lie beside its program.
            for file in "$root$1"/appsettings*; do if [ -f "$file" ]; then mount --bind /dev/null "$file"; fi; done
          elif [ -f "$1" ]; then : > "$root$1"; bind "$1"
          elif [ -e "$1" ]; then : > "$root$1"; mount --bind "$1" "$root$1"
          fi
          shift
        done
        shift
        mkdir -p "$root/proc" "$root/tmp"
        mount -t proc -o nosuid,nodev,noexec tradeflow "$root/proc"
        become=
        if [ -n "$user" ]; then chown "$user:$user" "$root/tmp"; become="--reuid=$user --regid=$user --clear-groups"; fi
        chmod 700 "$root/tmp"
        cd "$root"
        exec chroot "$root" setpriv $become --inh-caps=-all --ambient-caps=-all --bounding-set=-all --no-new-privs --pdeathsig=KILL "$@"
        """;

    // The copy and a temporary folder are given to the user, who may not list what lies beside them.
    private const string Give = """
        set -e
        PATH=/usr/sbin:/usr/bin:/sbin:/bin
        user=$1 copy=$2 temporary=$3; shift 3
        mkdir -p "$temporary"
        chown "$user:$user" "$temporary"; chmod 700 "$temporary"
        chgrp -R "$user" "$copy"; chmod -R g+rX,o-rwx "$copy"
        chmod 711 "$(dirname "$copy")"
        exec setpriv "--reuid=$user" "--regid=$user" --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs --pdeathsig=KILL "$@"
        """;

    private static readonly string[] SeenByAll = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime",
        "/dev/null", "/dev/zero", "/dev/urandom"];

    /// <param name="level">How far it is kept apart.</param>
    /// <param name="program">What is started.</param>
    /// <param name="folders">Where.</param>
    /// <param name="memory">Megabytes of memory.</param>
    public static IReadOnlyList<string> Around(ConfinementLevel level, IReadOnlyList<string> program, ProcessFolders folders, int memory)
    {
        if (!OperatingSystem.IsLinux()) return program;
        var user = Text(FirstUser + RandomNumberGenerator.GetInt32(Users));
        // The death of the Worker ends it at once. Whoever changes its user afterwards takes that back, so it is said again there.
        string[] ends = ["setpriv", "--pdeathsig=KILL"];
        return level switch
        {
            ConfinementLevel.Sealed =>
            [
                .. ends, "unshare", .. Environment.IsPrivilegedProcess ? [] : (string[])["--user", "--map-root-user"],
                "--mount", "--pid", "--fork", "--kill-child=KILL", "--net", "--ipc", "--uts", "/bin/sh", "-c", Seal, "sh",
                folders.Root, Text(ProcessLimits.Disk), Environment.IsPrivilegedProcess ? user : "", .. SeenByAll, .. folders.Seen, "--",
                .. Limits(memory, ownUser: true), .. program,
            ],
            ConfinementLevel.OwnUser =>
                [.. ends, "/bin/sh", "-c", Give, "sh", user, folders.Copy, folders.Temporary, .. Limits(memory, ownUser: true), .. program],
            // A system may come without these. Then the process has no limits but those of the runtime.
            _ when !IsThere("setpriv") || !IsThere("prlimit") => program,
            _ => [.. ends, "--no-new-privs", .. Limits(memory, ownUser: false), .. program],
        };
    }

    // What is reserved does not count as data, what is used does: .NET reserves far more than it uses. The number of processes is that of
    // the user, so only a user of its own can be given one.
    private static string[] Limits(int memory, bool ownUser) =>
    [
        "prlimit", "--core=0", $"--nofile={Text(ProcessLimits.OpenFiles)}", $"--fsize={Text(ProcessLimits.Disk << 20)}",
            $"--data={(long)memory << 20}",
        .. ownUser ? [$"--nproc={Text(ProcessLimits.Processes)}"] : Array.Empty<string>(),
    ];

    private static bool IsThere(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries).Any(folder => File.Exists(Path.Combine(folder, name)));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
