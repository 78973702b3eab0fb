using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Host.Modules;
using MtaSts.Modules;
using MtaSts.Modules.Reports;
using Xunit;

namespace MtaSts.Host.Tests.Modules;

/// <summary>A module delivers as itself, whatever it claims to be.</summary>
public sealed class ModuleInboxTests
{
    private readonly FakeTimeProvider clock = new();

    [Theory]
    [InlineData("source.upload", "ws-of-somebody", null)]
    [InlineData("source.upload", "ws-of-somebody", "token")]
    [InlineData("source.https", null, "token")]
    [InlineData("source.smtp", null, "token")]
    [InlineData("", "", "")]
    public async Task AcceptAsync_AsAnotherSourceOrWorkspace_IsStampedWithTheModule(string source, string? workspace, string? token)
    {
        var inbox = new Recorder();
        await using var host = new ServiceCollection().AddSingleton<IReportInbox>(inbox).AddSingleton<IConfiguration>(new ConfigurationManager()).BuildServiceProvider();
        var container = new ModuleContainer(Assert.Single(Load("source.partner").All), host);

        await container.Services.GetRequiredService<IReportInbox>().AcceptAsync(new Envelope(source, clock.GetUtcNow(), "{}"u8.ToArray(), token, workspace, "peer", "file"), TestContext.Current.CancellationToken);

        Assert.Equal(("source.partner", null, token, "peer", "file"), (inbox.Last!.Source, inbox.Last.Workspace, inbox.Last.Token, inbox.Last.Peer, inbox.Last.FileName));
        await container.DisposeAsync();
    }

    [Theory]
    [InlineData("source.upload")]
    [InlineData("source.https")]
    [InlineData("source_upload")]
    [InlineData("SOURCE.HTTPS")]
    public void Of_AnIdOfTheService_IsRefused(string id)
    {
        var module = Assert.Single(Load(id).All);
        Assert.False(module.IsUsable);
        Assert.Contains(id, module.Health.Problem!, StringComparison.Ordinal);
    }

    private ModuleCatalog Load(string id) => ModuleCatalog.Of(new ConfigurationManager(), clock, [new Partner(id)]);

    private sealed class Partner(string id) : IModule
    {
        public string Id => id;

        public void Configure(IModuleBuilder builder)
        {
        }
    }

    private sealed class Recorder : IReportInbox
    {
        public Envelope? Last { get; private set; }

        public string MailDomain => "tlsrpt.example";

        public Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken)
        {
            Last = envelope;
            return Task.FromResult<Receipt>(new Receipt.UnknownToken());
        }

        public Task<TokenKnowledge> KnowsAsync(string token, CancellationToken cancellationToken) => Task.FromResult(TokenKnowledge.Unknown);
    }
}
