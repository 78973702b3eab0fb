using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MtaSts.Modules.Caddy.Setup;

/// <summary>Writes the Caddyfile at the start if it differs from the existing one.</summary>
internal sealed partial class CaddyfileWriter(IConfiguration configuration, IOptions<CaddyOptions> options, ILogger<CaddyfileWriter> logger) : IHostedService
{
    /// <summary>Caddy runs as another user, who must be able to read it.</summary>
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>With a secret only the group can read it: the operator adds Caddy's user to the group.</summary>
    private const UnixFileMode ForGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!CaddyModule.IsChosen(configuration) || options.Value.CaddyfilePath.Length == 0)
            return;
        var path = Path.GetFullPath(options.Value.CaddyfilePath);
        try
        {
            if (await WriteAsync(path, Caddyfile.Of(options.Value), options.Value.AskSecret is null ? ForAll : ForGroup, cancellationToken))
                LogWritten(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(exception, path); // Caddy keeps its current one, and the service continues.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes the text atomically; false when it is unchanged. A concurrent reader sees the complete old or new text.</summary>
    internal static async Task<bool> WriteAsync(string path, string text, UnixFileMode mode, CancellationToken cancellationToken)
    {
        if (File.Exists(path) && await File.ReadAllTextAsync(path, cancellationToken) == text && (OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == mode))
            return false;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = path + ".new";
        File.Delete(beside);
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = mode;
        await using (var writer = new StreamWriter(beside, how))
            await writer.WriteAsync(text.AsMemory(), cancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(beside, mode); // Restores the bits that the umask removed.
        File.Move(beside, path, overwrite: true);
        return true;
    }

    [LoggerMessage(1132, LogLevel.Warning, "The Caddyfile was written. Start or restart Caddy with {Path} (caddy run --config …, or systemctl restart caddy)")]
    private partial void LogWritten(string path);

    [LoggerMessage(1133, LogLevel.Error, "The Caddyfile could not be written to {Path}. Make the folder writable, or set Caddy:CaddyfilePath to another place")]
    private partial void LogNotWritten(Exception exception, string path);
}
