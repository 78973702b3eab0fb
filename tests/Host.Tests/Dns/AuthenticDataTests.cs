using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Host.Dns;
using MtaSts.Modules.Dns;
using Xunit;

namespace MtaSts.Host.Tests.Dns;

/// <summary>The AD bit (RFC 4035 §3.2.3): only that of a trusted resolver says that an answer is validated.</summary>
public sealed class AuthenticDataTests
{
    private const byte Ad = 0x20;
    private const byte NoSuchName = 3;

    [Theory]
    [InlineData(null, true, true)]
    [InlineData(null, false, false)]
    [InlineData("true", true, true)]
    [InlineData("true", false, false)]
    [InlineData("false", true, false)]
    public async Task Query_AnswerWithTheBit_IsAuthenticIfTheResolverIsTrusted(string? trust, bool isValidated, bool expected)
    {
        var (asksFor, isAsked) = (trust != "false", false);
        await using var server = new BrokenServer(question =>
        {
            isAsked = question.AsSpan().IndexOf((byte[])[0, 0, 41]) is > 0 and var edns && (question[edns + 7] & 0x80) != 0; // EDNS, with the DO bit (RFC 3225).
            var answer = BrokenServer.Say(question, NoSuchName);
            answer[3] = (byte)(isValidated ? answer[3] | Ad : answer[3] & ~Ad);
            return answer;
        });

        var answer = await DnsScene.Through(trust, server.Address).AskAsync("example.test", DnsType.Tlsa);

        Assert.Equal((DnsStatus.NoName, expected), (answer.Status, answer.IsAuthentic));
        Assert.Equal(asksFor, isAsked);
    }

    /// <summary>The bit of a server on another machine can be forged on the way.</summary>
    [Theory]
    [InlineData("127.0.0.1", null, true)]
    [InlineData("127.0.0.1, [::1]:5353", null, true)]
    [InlineData("127.0.0.1, 192.0.2.1", null, false)]
    [InlineData("192.0.2.1", null, false)]
    [InlineData("192.0.2.1", "true", true)]
    [InlineData("127.0.0.1", "false", false)]
    public void TrustAuthenticatedData_NotSet_IsForServersOnLoopbackAlone(string servers, string? setting, bool expected)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration["Dns:Servers"] = servers;
        builder.Configuration["Dns:TrustAuthenticatedData"] = setting;
        builder.AddDns();
        using var services = (ServiceProvider)new DefaultServiceProviderFactory().CreateServiceProvider(builder.Services);
        Assert.Equal(expected, services.GetRequiredService<DnsTrust>().IsTrusted);
    }
}
