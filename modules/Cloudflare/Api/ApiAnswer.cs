namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>What a call came to. A closed set: the result, or the failure.</summary>
internal abstract record ApiAnswer<T>
{
    private ApiAnswer() { }

    public sealed record Ok(T Value) : ApiAnswer<T>;

    public sealed record Failed(ApiFailure Failure) : ApiAnswer<T>;

    public static implicit operator ApiAnswer<T>(ApiFailure failure) => new Failed(failure);

    /// <summary>Another result made of this one; a failure stays as it is.</summary>
    public ApiAnswer<TOther> Select<TOther>(Func<T, TOther> select) => this switch
    {
        Ok ok => new ApiAnswer<TOther>.Ok(select(ok.Value)),
        Failed failed => failed.Failure,
        _ => throw new InvalidOperationException("The set of answers is closed."),
    };
}
