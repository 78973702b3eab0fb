using Xunit;

namespace MtaSts.Protocol.Tests.Policies;

/// <summary>The head of the answer to a policy GET (RFC 8461 §3.2, §3.3).</summary>
public class PolicyResponseTests
{
    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData("TEXT/PLAIN; charset=US-ASCII; x-extra=ignored")]
    [InlineData(" text/plain;charset=\"iso-8859-1\"")]
    public void Judge_TextPlain_IsUsable(string contentType) =>
        Assert.IsType<PolicyResponse.Usable>(PolicyResponse.Judge(200, contentType, PolicyReader.MaxSize));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/html")]
    [InlineData("text/plainer")]
    [InlineData("not a media type")]
    [InlineData("text/plain, text/html")]
    public void Judge_AnotherMediaType_IsRefused(string? contentType) =>
        Assert.Equal("RFC 8461 §3.2", Assert.IsType<PolicyResponse.Refused>(PolicyResponse.Judge(200, contentType, 100)).Rule);

    [Theory]
    [InlineData(100)]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(206)]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(304)]
    [InlineData(308)]
    [InlineData(403)]
    [InlineData(410)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(0)]
    [InlineData(-1)]
    public void Judge_AnyStatusBut200And404_IsRefused(int status) =>
        Assert.Equal("RFC 8461 §3.3", Assert.IsType<PolicyResponse.Refused>(PolicyResponse.Judge(status, "text/plain", 100)).Rule);

    [Fact]
    public void Judge_404_IsNoPolicyWhateverTheMediaType() =>
        Assert.IsType<PolicyResponse.NoPolicy>(PolicyResponse.Judge(404, "text/html", null));

    [Theory]
    [InlineData(300)]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(399)]
    public void Judge_ARedirect_SaysSo(int status) =>
        Assert.Contains("redirect", Assert.IsType<PolicyResponse.Refused>(PolicyResponse.Judge(status, "text/plain", 0)).Reason, StringComparison.Ordinal);

    [Fact]
    public void Judge_Size_CountsFromOneByteOverTheLimit()
    {
        Assert.IsType<PolicyResponse.Usable>(PolicyResponse.Judge(200, "text/plain", null));
        Assert.IsType<PolicyResponse.Usable>(PolicyResponse.Judge(200, "text/plain", 0));
        Assert.IsType<PolicyResponse.Refused>(PolicyResponse.Judge(200, "text/plain", PolicyReader.MaxSize + 1));
        Assert.IsType<PolicyResponse.Refused>(PolicyResponse.Judge(200, "text/plain", long.MaxValue));
    }

    [Fact]
    public void Judge_EveryVectorOfOthers_HasItsVerdict()
    {
        var wrong = new List<string>();
        foreach (var vector in Vectors.Load("policy-http.json").GetProperty("vectors").EnumerateArray())
        {
            var verdict = vector.Text("verdict")!;
            var isAboutSize = verdict.Contains("64 KiB", StringComparison.Ordinal);
            var response = PolicyResponse.Judge(vector.GetProperty("status").GetInt32(), vector.Text("content_type"), isAboutSize ? (64 * 1024) + 1 : 100);
            if (response is not PolicyResponse.Usable != (verdict != "ok") || response is PolicyResponse.NoPolicy != (verdict == "no policy"))
                wrong.Add($"{vector}: {response}");
        }

        Assert.Empty(wrong);
    }
}
