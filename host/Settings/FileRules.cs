using Microsoft.Extensions.Logging.Abstractions;
using MtaSts.Modules.Certificates;
using MtaSts.Storage;

namespace MtaSts.Host.Settings;

/// <summary>Checks that files named in settings exist, have valid contents, or can be written. Runs before a store is created, which a failed first
/// start would leave behind.</summary>
internal static class FileRules
{
    /// <summary>A certificate and its key.</summary>
    private static readonly (string Certificate, string Key)[] Pairs =
        [("Gateway:CertificatePath", "Gateway:CertificateKeyPath"), ("Modules:source.smtp:CertificatePath", "Modules:source.smtp:CertificateKeyPath")];

    private static readonly string[] Authorities =
    [
        "Gateway:ClientCertificateAuthoritiesPath", "Outside:TrustedRootsPath", "Caddy:TrustedRootsPath", "Modules:hostname.caddy:TrustedRootsPath", "Caddy:AcmeRootPath", "Modules:hostname.caddy:AcmeRootPath",
        "Modules:source.imap:CaPath",
    ];

    /// <summary>Files and folders that the service writes.</summary>
    private static readonly string[] Written = ["Spool:Path", "Caddy:CaddyfilePath", "Modules:hostname.caddy:CaddyfilePath", "Modules:source.imap:StatePath"];

    public static IEnumerable<string> Problems(IConfiguration configuration)
    {
        foreach (var key in HostSettings.Files)
        {
            if (configuration[key] is { Length: > 0 } path && !File.Exists(path))
                yield return $"{key} is “{path}”, and there is no such file.";
        }
        if (configuration["Modules:Path"] is { Length: > 0 } folder && !Directory.Exists(folder))
            yield return $"Modules:Path is “{folder}”, and there is no such folder.";
        foreach (var (certificate, key) in Pairs)
        {
            if (IsThere(configuration, certificate, out var path) && IsThere(configuration, key, out var keyPath)
                && Unusable(() => new CertificateFile(certificate, path, keyPath, TimeProvider.System, NullLogger.Instance)) is { } problem)
                yield return $"{certificate} and {key}: {problem}";
        }
        foreach (var key in Authorities)
        {
            if (IsThere(configuration, key, out var path) && Unusable(() => new AuthorityFile(key, path, TimeProvider.System, NullLogger.Instance)) is { } problem)
                yield return $"{key}: {problem}";
        }
        foreach (var key in Written)
        {
            if (configuration[key] is { Length: > 0 } path && WriteProblem(path) is { } problem)
                yield return $"{key} is “{path}”, {problem}";
        }
    }

    private static bool IsThere(IConfiguration configuration, string key, out string path)
    {
        path = configuration[key] ?? "";
        return path.Length > 0 && File.Exists(path);
    }

    private static string? Unusable(Func<IDisposable> open)
    {
        try
        {
            open().Dispose();
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Tested in the nearest existing folder, with a file that is deleted when it is closed. A full disk is no error: the service runs on one.</summary>
    private static string? WriteProblem(string path)
    {
        if (PseudoFiles.Holds(path))
            return "which is a device or one of the kernel's files. Name a file or folder on a disk.";
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path));
        while (folder is not null && !Path.Exists(folder))
            folder = Path.GetDirectoryName(folder);
        try
        {
            if (folder is not null)
                File.Create(Path.Combine(folder, Path.GetRandomFileName()), bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && !DiskFull.Is(exception))
        {
            return File.Exists(folder) ? $"but {folder} is a file and no folder." : $"and this process cannot write in {folder}.";
        }
    }
}
