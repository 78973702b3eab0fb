using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MtaSts.Modules.Caddy.Setup;

/// <summary>Writes the Caddyfile at the start, when it is not there already as it should be.</summary>
internal sealed partial class CaddyfileWriter(IConfiguration configuration, IOptions<CaddyOptions> options, ILogger<CaddyfileWriter> logger) : IHostedService
{
    /// <summary>Caddy runs as another user, who must read it.</summary>
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>With the secret in it only the group may: the operator puts Caddy's user into it.</summary>
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
            LogNotWritten(exception, path); // Caddy goes on with the one it has, and the service with serving.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Puts the text there in one step; false when it was there already. Whoever reads meanwhile sees the old one or the new one, whole.</summary>
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
            File.SetUnixFileMode(beside, mode); // Whatever the mask took away.
        File.Move(beside, path, overwrite: true);
        return true;
    }

    [LoggerMessage(1132, LogLevel.Warning, "The Caddyfile is new or has changed: start Caddy with {Path} (caddy run --config …, or systemctl restart caddy)")]
    private partial void LogWritten(string path);

    [LoggerMessage(1133, LogLevel.Error, "The Caddyfile could not be written to {Path}. Make the folder writable, or set Caddy:CaddyfilePath to another place")]
    private partial void LogNotWritten(Exception exception, string path);
}
