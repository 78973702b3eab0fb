namespace MtaSts.Modules.Notices;

/// <summary>Result of sending a notice. A closed set. Texts are one line without secrets.</summary>
public abstract record NoticeResult
{
    private NoticeResult() { }

    /// <summary>The receiver has accepted it.</summary>
    /// <param name="Answer">The receiver's answer: <c>HTTP 204</c>, <c>250 2.0.0 Ok: queued as 4F1</c>.</param>
    public sealed record Delivered(string Answer) : NoticeResult;

    /// <summary>Temporary, and no fault of the receiver: the operator's settings or servers, or the module itself. The notice is sent again later, and the channel is not paused.</summary>
    /// <param name="Problem">What is wrong, and what the operator should do if known.</param>
    /// <param name="RetryAfter">How long to wait before the next attempt; null when it is not known.</param>
    public sealed record Unavailable(string Problem, TimeSpan? RetryAfter = null) : NoticeResult;

    /// <summary>Temporary: the receiver or the network between failed. The notice is sent again later; after a day the channel is paused.</summary>
    /// <param name="Problem">What is wrong, and what to do if known.</param>
    /// <param name="RetryAfter">How long the receiver asks to wait before the next attempt; null when it does not say.</param>
    public sealed record Failed(string Problem, TimeSpan? RetryAfter = null) : NoticeResult;

    /// <summary>The receiver does not accept the notice. It is sent twice more over two hours, because a receiver that is being changed may refuse for a while. Then the channel is paused, unless it accepted another notice meanwhile.</summary>
    /// <param name="Problem">What is wrong, and what to do if known.</param>
    public sealed record Refused(string Problem) : NoticeResult;
}
