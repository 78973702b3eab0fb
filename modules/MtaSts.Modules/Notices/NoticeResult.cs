namespace MtaSts.Modules.Notices;

/// <summary>Result of sending a notice. A closed set. Texts are one line without secrets.</summary>
public abstract record NoticeResult
{
    private NoticeResult() { }

    /// <summary>The receiver has accepted it.</summary>
    /// <param name="Answer">The receiver's answer: <c>HTTP 204</c>, <c>250 2.0.0 Ok: queued as 4F1</c>.</param>
    public sealed record Delivered(string Answer) : NoticeResult;

    /// <summary>Temporary: the notice is sent again later.</summary>
    /// <param name="Problem">What is wrong, and what to do if known.</param>
    /// <param name="RetryAfter">How long the receiver asks to wait before the next attempt; null when it does not say.</param>
    public sealed record Failed(string Problem, TimeSpan? RetryAfter = null) : NoticeResult;

    /// <summary>Final: this notice is not sent again to this channel.</summary>
    /// <param name="Problem">What is wrong, and what to do if known.</param>
    public sealed record Refused(string Problem) : NoticeResult;
}
