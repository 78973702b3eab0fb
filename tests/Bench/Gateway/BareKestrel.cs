using System.Buffers;
using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using MtaSts.Peers;

namespace MtaSts.Bench.Gateway;

/// <summary>The HTTP server that the gateway uses, with nothing but one answer: the bound that the runtime sets. A process of its own on one core.</summary>
internal sealed class BareKestrel : IAsyncDisposable
{
    public const string Command = "kestrel";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private readonly ChildProcess process;

    private BareKestrel(ChildProcess process, int port) => (this.process, Port) = (process, port);

    /// <summary>HTTPS on 127.0.0.1.</summary>
    public int Port { get; }

    public int Id => process.Id;

    public static async Task<BareKestrel> StartAsync(string body, (string Certificate, string Key) tls, int core)
    {
        var port = FreePort.Next();
        var (file, arguments) = Pinned.On(core, "dotnet", typeof(BareKestrel).Assembly.Location, Command, $"{port}", tls.Certificate, tls.Key, body);
        var server = new BareKestrel(await ChildProcess.StartAsync(file, arguments), port);
        await Poll.Until(() => server.process.Output.Contains("listening", StringComparison.Ordinal), StartLimit, "Kestrel listens");
        return server;
    }

    /// <summary>The child process.</summary>
    /// <param name="arguments">Port, PEM files of certificate and key, file with the answer's body.</param>
    public static async Task<int> ServeAsync(string[] arguments)
    {
        var body = await File.ReadAllBytesAsync(arguments[3]);
        using var pem = X509Certificate2.CreateFromPemFile(arguments[1], arguments[2]);
        using var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseSockets().UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, int.Parse(arguments[0], CultureInfo.InvariantCulture), listen =>
            {
                listen.UseHttps(https => (https.ServerCertificate, https.SslProtocols) = (certificate, SslProtocols.Tls12 | SslProtocols.Tls13));
                listen.Use(static next => async connection =>
                {
                    await next(connection);
                    await connection.Features.GetRequiredFeature<ISslStreamFeature>().SslStream.ShutdownAsync(); // ab counts a connection that ends without it as failed.
                });
            });
        });
        await using var server = builder.Build();
        server.Run(context =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.ContentLength = body.Length;
            context.Response.BodyWriter.Write(body);
            return Task.CompletedTask;
        });
        server.Lifetime.ApplicationStarted.Register(static () => Console.WriteLine("listening"));
        await server.RunAsync();
        return 0;
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
