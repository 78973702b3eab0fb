using System.Net;
using System.Net.Sockets;

namespace MtaSts.Peers;

/// <summary>The file that an nginx serves.</summary>
/// <param name="Path">The only path, with a leading slash.</param>
/// <param name="Body">The file's bytes.</param>
/// <param name="ContentType">Header Content-Type.</param>
/// <param name="Headers">Further headers.</param>
public sealed record NginxFile(string Path, byte[] Body, string ContentType, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Whether it keeps the file open and sends header and file in one packet, instead of nginx's defaults.</summary>
    public bool Tuned { get; init; }

    /// <summary>PEM files of certificate and key; null for cleartext.</summary>
    public (string Certificate, string Key)? Tls { get; init; }
}

/// <summary>nginx from Debian's package with one worker that serves one static file on a loopback port.</summary>
public sealed class NginxServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private readonly TempFolder folder;
    private readonly ChildProcess process;

    private NginxServer(TempFolder folder, ChildProcess process, int port)
    {
        this.folder = folder;
        this.process = process;
        Port = port;
    }

    /// <summary>Why nginx cannot be started here; null when it can.</summary>
    public static string? Missing => Peer.FindProgram("nginx") is null ? "nginx is not installed (Debian package nginx-light)." : null;

    /// <summary>On 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The process id of the master; its worker is a child.</summary>
    public int Id => process.Id;

    /// <summary>Starts a server, on one core when given.</summary>
    public static async Task<NginxServer> StartAsync(NginxFile file, int? core = null)
    {
        var program = Peer.RequireProgram("nginx", "nginx-light");
        var folder = new TempFolder();
        var port = FreePort.Next();
        var served = Path.Combine(folder["www"], file.Path.TrimStart('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(served)!);
        await File.WriteAllBytesAsync(served, file.Body);
        await File.WriteAllTextAsync(folder["nginx.conf"], Configuration(file, folder.Path, port));
        var (command, arguments) = Pinned.On(core, program, "-p", folder.Path, "-c", folder["nginx.conf"], "-e", folder["error.log"]);
        var server = new NginxServer(folder, await ChildProcess.StartAsync(command, arguments, folder.Path, removeAfter: folder.Path), port);
        try
        {
            await Poll.Until(server.AnswersAsync, StartLimit, "nginx answers");
            return server;
        }
        catch
        {
            var output = server.process.Output;
            await server.DisposeAsync();
            throw new InvalidOperationException($"nginx did not start:\n{output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Dispose();
    }

    private static string Configuration(NginxFile file, string folder, int port)
    {
        var user = Environment.UserName == "root" ? "user root;" : "";
        var tuned = file.Tuned ? "tcp_nopush on; open_file_cache max=100; open_file_cache_valid 60s;" : "";
        var tls = file.Tls is { } pem ? $"ssl_certificate {pem.Certificate}; ssl_certificate_key {pem.Key}; ssl_protocols TLSv1.2 TLSv1.3;" : "";
        var headers = string.Join(' ', file.Headers.Select(header => $"add_header {header.Key} \"{header.Value}\";"));
        return $$"""
            daemon off; {{user}} worker_processes 1; pid {{folder}}/nginx.pid;
            events { worker_connections 4096; multi_accept on; }
            http {
              access_log off; error_log {{folder}}/error.log crit;
              client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
              sendfile on; {{tuned}} server_tokens off; etag off; max_ranges 0; if_modified_since off;
              keepalive_requests 1000000000; keepalive_timeout 130s;
              types { } default_type "{{file.ContentType}}";
              server {
                listen 127.0.0.1:{{port}}{{(file.Tls is null ? "" : " ssl")}}; {{tls}}
                root {{folder}}/www;
                location = {{file.Path}} { {{headers}} }
              }
            }
            """;
    }

    private async Task<bool> AnswersAsync()
    {
        if (process.HasExited)
            throw new InvalidOperationException("it has ended");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        return true;
    }
}
