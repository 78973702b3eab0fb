using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Fetch;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Testing;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Host.Tests.Fetch;

/// <summary>The look from outside, against HTTPS servers with every fault that a sender stumbles over.</summary>
public sealed class PolicyFetcherTests : IDisposable
{
    private const string PolicyHost = "mta-sts.example.com";
    private const string Policy = "version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx1.example.com\r\n";
    private readonly TestAuthority authority = new();
    private readonly TempFolder folder = new();
    private readonly InMemoryDns dns = new();
    private readonly FakeTimeProvider clock = new();

    public PolicyFetcherTests() => dns.Publish(PolicyHost, DnsType.A, "127.0.0.1");

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Fetch_OfAGoodPolicy_HasItsHashAndTheCertificatesEnd()
    {
        await using var server = await ServeAsync(context => Answer(context, Policy));
        var fetch = await FetchAsync(server);
        Assert.Null(fetch.Fault?.Text);
        Assert.Equal(PolicyFetch.HashOf(System.Text.Encoding.ASCII.GetBytes(Policy)), fetch.BodyHash);
        Assert.Equal(["127.0.0.1"], fetch.Addresses);
        Assert.InRange(fetch.CertificateExpiresAt!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(6), TimeSpan.FromDays(8));
        Assert.True(fetch.CertificateValidFrom < fetch.CertificateExpiresAt);
        Assert.Equal((PolicyMode.Testing, 86_400), (fetch.Content!.Mode, fetch.Content.MaxAge));
        Assert.Equal(["mx1.example.com"], fetch.Content.Mx);
    }

    [Fact]
    public async Task Fetch_OfHundredsOfMxLines_IsUsableAndItsContentIsNotKept()
    {
        await using var server = await ServeAsync(context => Answer(context, Policy + string.Concat(Enumerable.Range(0, 1_000).Select(i => $"mx: mx{i}.example.net\r\n"))));
        var fetch = await FetchAsync(server);
        Assert.Null(fetch.Fault?.Text);
        Assert.NotNull(fetch.BodyHash);
        Assert.Null(fetch.Content);
    }

    [Theory]
    [InlineData("404", "404")]
    [InlineData("redirect", "redirect")]
    [InlineData("500", "status 500")]
    [InlineData("html", "text/plain")]
    [InlineData("large", "larger")]
    [InlineData("endless", "larger")]
    [InlineData("garbage", "not a valid policy")]
    [InlineData("page", "The answer is a web page instead of the policy (status 200)")]
    [InlineData("page as text", "The answer is a web page instead of the policy (status 200)")]
    [InlineData("sign-in 401", "The answer is a web page instead of the policy (status 401)")]
    [InlineData("proxy 403", "The answer is a web page instead of the policy (status 403)")]
    [InlineData("maintenance 503", "The answer is a web page instead of the policy (status 503)")]
    [InlineData("own 503", "status 503; senders accept only 200")]
    [InlineData("own 503 through Cloudflare", "status 503; senders accept only 200")]
    [InlineData("challenge 403", "Cloudflare answered with a challenge (status 403, cf-mitigated). In the Cloudflare zone that answers for this name, switch off Browser Integrity Check")]
    [InlineData("integrity check 403", "Cloudflare refused the request (403 with CF-Ray). In the Cloudflare zone")]
    [InlineData("under attack 503", "as in Under Attack mode")]
    [InlineData("rate limit 429", "rate limiting rule")]
    [InlineData("cloudflare 521", "cannot connect to the gateway")]
    [InlineData("cloudflare 522", "no answer from the gateway (522)")]
    [InlineData("cloudflare 525", "Gateway:CertificateForAnyName")]
    [InlineData("cloudflare 526", "Full (strict)")]
    [InlineData("cloudflare 530", "fallback origin")]
    [InlineData("cloudflare 520", "could not get an answer from the gateway (520)")]
    [InlineData("404 through Cloudflare", "404")]
    [InlineData("slow", "some senders wait for 2")]
    [InlineData("broken", "was lost")]
    public async Task Fetch_OfWhatSendersRefuse_SaysWhatItIs(string fault, string expected)
    {
        await using var server = await ServeAsync(context => Fail(context, fault));
        var fetch = await FetchAsync(server);
        Assert.Contains(expected, fetch.Fault?.Text, StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1: ", fetch.Fault?.Text, StringComparison.Ordinal);
        Assert.Null(fetch.BodyHash);
    }

    /// <summary>A check that wants a User-Agent lets it pass, and who reads the log finds what it is.</summary>
    [Theory]
    [InlineData(null, @"^MtaSts/\d+\.\d+\.\d+ \(MTA-STS policy check, RFC 8461\)$")]
    [InlineData("https://mta.example.com/", @"^MtaSts/\d+\.\d+\.\d+ \(\+https://mta\.example\.com/about/checks\)$")]
    public async Task Fetch_Always_SaysWhoAsksAndWhereThatIsExplained(string? publicUrl, string expected)
    {
        var agent = "";
        await using var server = await ServeAsync(context =>
        {
            agent = context.Request.Headers.UserAgent.ToString();
            return Answer(context, Policy);
        });
        Assert.Null((await FetchAsync(server, publicUrl: publicUrl)).Fault?.Text);
        Assert.Matches(expected, agent);
    }

    [Fact]
    public async Task Fetch_WithACertificateOfAnotherNameOrAuthority_IsRefused()
    {
        await using var otherName = await ServeAsync(context => Answer(context, Policy), "mta-sts.example.net");
        Assert.Contains("certificate", (await FetchAsync(otherName)).Fault?.Text, StringComparison.Ordinal);
        using var strange = new TestAuthority();
        await using var otherAuthority = await ServeAsync(context => Answer(context, Policy), PolicyHost, strange);
        Assert.Contains("certificate", (await FetchAsync(otherAuthority)).Fault?.Text, StringComparison.Ordinal);
    }

    /// <summary>A certificate names the URL of its issuer's certificate. The fetch would let any policy host direct the service into the operator's network.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Policy_CertificateThatNamesAUrl_IsJudgedWithoutAskingIt(bool withOwnRoots)
    {
        var asked = 0;
        using var inside = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        var accepting = inside.AcceptSocketAsync(TestContext.Current.CancellationToken).AsTask().ContinueWith(task => { if (task.IsCompletedSuccessfully) Interlocked.Increment(ref asked); }, TaskScheduler.Default);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issuer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var request = new CertificateRequest("CN=" + PolicyHost, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [$"http://127.0.0.1:{((IPEndPoint)inside.LocalEndpoint).Port}/issuer.crt"]));
        using var signed = request.Create(new X500DistinguishedName("CN=Unknown"), X509SignatureGenerator.CreateForECDsa(issuer), now.AddHours(-1), now.AddHours(1), [1]);
        await File.WriteAllTextAsync(folder["roots.pem"], authority.RootPem, TestContext.Current.CancellationToken);
        var options = Options.Create(new FetchOptions { AllowPrivateAddresses = true, TrustedRootsPath = withOwnRoots ? folder["roots.pem"] : null });
        using var trusted = new TrustedRoots(options, clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<TrustedRoots>.Instance);
        using var chain = new X509Chain { ChainPolicy = trusted.Policy() };

        Assert.False(chain.Build(signed));

        inside.Stop();
        await accepting;
        Assert.Equal(0, asked);
    }

    /// <summary>A private installation replaces its authority: the file is loaded without a restart.</summary>
    [Fact]
    public async Task Fetch_AuthoritiesReplaced_AcceptsTheNewOnes()
    {
        using var next = new TestAuthority();
        await using var server = await ServeAsync(context => Answer(context, Policy), PolicyHost, next);
        await File.WriteAllTextAsync(folder["roots.pem"], authority.RootPem, TestContext.Current.CancellationToken);
        var options = Options.Create(new FetchOptions { AllowPrivateAddresses = true, TrustedRootsPath = folder["roots.pem"] });
        using var trusted = new TrustedRoots(options, clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<TrustedRoots>.Instance);
        var fetcher = new PolicyFetcher(dns, trusted, new FetchIdentity(Options.Create(new PublicUrlOptions())), options, clock) { Port = PortOf(server) };
        Assert.Contains("certificate", (await fetcher.FetchAsync(PolicyHost, TestContext.Current.CancellationToken))!.Fault?.Text, StringComparison.Ordinal);

        await File.WriteAllTextAsync(folder["roots.pem"], next.RootPem, TestContext.Current.CancellationToken);
        await Poll.Until(
            async () =>
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                return (await fetcher.FetchAsync(PolicyHost, TestContext.Current.CancellationToken))!.Fault?.Text is null;
            },
            TimeSpan.FromSeconds(30),
            "the new authority is trusted");
    }

    [Fact]
    public async Task Fetch_FromAddressesThatDiffer_IsAProblem()
    {
        dns.Publish(PolicyHost, DnsType.A, "127.0.0.1", "127.0.0.2");
        await using var server = await ServeAsync(context => Answer(context, context.Connection.LocalIpAddress!.MapToIPv4().ToString() == "127.0.0.1" ? Policy : Policy.Replace("testing", "enforce", StringComparison.Ordinal)));
        var fetch = await FetchAsync(server);
        Assert.Equal("Its addresses give different policies.", fetch.Fault?.Text);
        Assert.Equal(2, fetch.Addresses.Count);
    }

    [Fact]
    public async Task Fetch_FromAPrivateAddress_IsNotTried()
    {
        var asked = 0;
        await using var server = await ServeAsync(context =>
        {
            Interlocked.Increment(ref asked);
            return Answer(context, Policy);
        });
        dns.Publish(PolicyHost, DnsType.A, "127.0.0.1");
        var fetch = await FetchAsync(server, allowPrivate: false);
        Assert.Contains("not a public address", fetch.Fault?.Text, StringComparison.Ordinal);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task Fetch_WithoutAnAddressOrAServer_SaysSo()
    {
        dns.Publish(PolicyHost, DnsType.A);
        await using var server = await ServeAsync(context => Answer(context, Policy));
        Assert.Contains("no address", (await FetchAsync(server)).Fault?.Text, StringComparison.Ordinal);
        dns.Publish(PolicyHost, DnsType.A, "127.0.0.1");
        await server.StopAsync(TestContext.Current.CancellationToken);
        Assert.Contains("No connection", (await FetchAsync(server)).Fault?.Text, StringComparison.Ordinal);
    }

    /// <summary>The limit is on the service's clock, and the caller's own cancellation is no fault of the host.</summary>
    [Theory]
    [InlineData(false, FetchFaultKind.Timeout)]
    [InlineData(true, FetchFaultKind.NotTried)]
    public async Task Fetch_OfAHostThatDoesNotAnswer_IsItsFaultOnlyAfterTheLimit(bool isCancelled, FetchFaultKind expected)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServeAsync(async context =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var fetching = FetchAsync(server, cancellationToken: caller.Token);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        if (isCancelled)
            await caller.CancelAsync();
        else
            clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(expected, (await fetching).Fault?.Kind);
    }

    [Fact]
    public async Task Fetch_AddressesAreNotAnswered_IsNoFaultOfTheHost()
    {
        var silent = new SilentDns();
        await using var server = await ServeAsync(context => Answer(context, Policy));
        var fetching = FetchAsync(server, lookup: silent);
        await silent.IsAsked.Task.WaitAsync(TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(5));
        var fault = (await fetching).Fault;
        Assert.Equal((FetchFaultKind.DnsFailed, false), (fault?.Kind, fault?.IsConclusive));
    }

    private sealed class SilentDns : IDnsLookup
    {
        public TaskCompletionSource IsAsked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken)
        {
            IsAsked.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return DnsAnswer.Empty(DnsStatus.Failed, "no answer in time");
        }
    }

    private static Task Answer(HttpContext context, string body, string type = "text/plain")
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(context.Request.Path == "/.well-known/mta-sts.txt" ? body : "", context.RequestAborted);
    }

    private async Task Fail(HttpContext context, string fault)
    {
        switch (fault)
        {
            case "404" or "500":
                context.Response.StatusCode = int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture);
                break;
            case "redirect":
                context.Response.Redirect("https://elsewhere.example/.well-known/mta-sts.txt");
                break;
            case "html":
                await Answer(context, Policy, "text/html");
                break;
            case "large":
                await Answer(context, Policy + new string('x', 70_000));
                break;
            case "endless":
                context.Response.ContentType = "text/plain";
                while (!context.RequestAborted.IsCancellationRequested)
                    await context.Response.WriteAsync(new string('x', 10_000), context.RequestAborted);
                break;
            case "garbage":
                await Answer(context, "Welcome");
                break;
            case "page":
                await Answer(context, "\r\n<!DOCTYPE html><title>Parked</title>", "text/html; charset=utf-8");
                break;
            case "page as text":
                await Answer(context, "\uFEFF<html>Welcome</html>");
                break;
            case "own 503" or "own 503 through Cloudflare" or "404 through Cloudflare":
                if (fault.EndsWith("Cloudflare", StringComparison.Ordinal))
                    context.Response.Headers["CF-Ray"] = "8a1b2c3d4e5f-FRA";
                context.Response.StatusCode = fault.Contains("503", StringComparison.Ordinal) ? 503 : 404;
                await Answer(context, "Policy temporarily unavailable.\n");
                break;
            case { } numbered when int.TryParse(numbered.Split(' ')[^1], out var status):
                context.Response.StatusCode = status;
                if (numbered.StartsWith("challenge", StringComparison.Ordinal))
                    context.Response.Headers["cf-mitigated"] = "challenge";
                if (numbered.Split(' ')[0] is "challenge" or "integrity" or "under" or "rate" or "cloudflare")
                    context.Response.Headers["CF-Ray"] = "8a1b2c3d4e5f-FRA";
                await Answer(context, "<!DOCTYPE html><html><title>Just a moment...</title>", "text/html; charset=UTF-8");
                break;
            case "slow":
                clock.Advance(TimeSpan.FromSeconds(2.2));
                await Answer(context, Policy);
                break;
            case "broken":
                context.Abort();
                break;
        }
    }

    private async Task<WebApplication> ServeAsync(RequestDelegate handler, string name = PolicyHost, TestAuthority? issuer = null)
    {
        var (certificate, key) = (issuer ?? authority).Issue(name);
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        var usable = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, 0, listen => listen.UseHttps(usable)));
        var server = builder.Build();
        server.Run(handler);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    private async Task<PolicyFetch> FetchAsync(WebApplication server, bool allowPrivate = true, string? publicUrl = null, IDnsLookup? lookup = null, CancellationToken? cancellationToken = null)
    {
        var roots = folder["roots.pem"];
        await File.WriteAllTextAsync(roots, authority.RootPem, TestContext.Current.CancellationToken);
        var options = Options.Create(new FetchOptions { AllowPrivateAddresses = allowPrivate, TrustedRootsPath = roots });
        using var trusted = new TrustedRoots(options, clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<TrustedRoots>.Instance);
        var fetcher = new PolicyFetcher(lookup ?? dns, trusted, new FetchIdentity(Options.Create(new PublicUrlOptions { PublicUrl = publicUrl })), options, clock) { Port = PortOf(server) };
        return (await fetcher.FetchAsync(PolicyHost, cancellationToken ?? TestContext.Current.CancellationToken))!;
    }

    private static int PortOf(WebApplication server) => new Uri(server.Urls.First().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)).Port;
}
