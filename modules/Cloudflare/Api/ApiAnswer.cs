namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>Result of a call. A closed set: the value, or the failure.</summary>
internal abstract record ApiAnswer<T>
{
    private ApiAnswer() { }

    public sealed record Ok(T Value) : ApiAnswer<T>;

    public sealed record Failed(ApiFailure Failure) : ApiAnswer<T>;

    public static implicit operator ApiAnswer<T>(ApiFailure failure) => new Failed(failure);

    /// <summary>Converts the value; a failure is unchanged.</summary>
    public ApiAnswer<TOther> Select<TOther>(Func<T, TOther> select) => this switch
    {
        Ok ok => new ApiAnswer<TOther>.Ok(select(ok.Value)),
        Failed failed => failed.Failure,
        _ => throw new InvalidOperationException("The set of answers is closed."),
    };
}
