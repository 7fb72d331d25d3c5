using System.Diagnostics.CodeAnalysis;
using Consensus.AspNetCore.Problems;

namespace Consensus.AspNetCore.Requests;

/// <summary>What a part of a request says, or the problem that it cannot be read.</summary>
internal readonly struct Parsed<T>
{
    private Parsed(T? value, ProblemResult? problem) => (Value, Problem) = (value, problem);

    /// <summary>What it says, if there is no problem.</summary>
    public T? Value { get; }

    /// <summary>Why it cannot be read, or <see langword="null"/>.</summary>
    public ProblemResult? Problem { get; }

    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static implicit operator Parsed<T>(ProblemResult problem) => new(default, problem);

    /// <summary>Takes it apart.</summary>
    /// <returns>Whether it could be read.</returns>
    public bool Try([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out ProblemResult? problem)
    {
        (value, problem) = (Value, Problem);
        return problem is null;
    }
}
