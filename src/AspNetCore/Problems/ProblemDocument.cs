using System.Text.Json.Serialization;

namespace Consensus.AspNetCore.Problems;

/// <summary>The body of an answer that is not a success (RFC 9457), with the members that this API adds.</summary>
/// <param name="Type">The URN of the kind of problem.</param>
/// <param name="Title">The kind in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What happened this time, and what to do.</param>
/// <param name="Code">The last part of the URN.</param>
/// <param name="MayHaveTakenEffect">Whether the command may take effect, or has, although this is no success.</param>
/// <param name="Rejection">The state machine's own reason, if it rejected the command.</param>
/// <param name="Index">The position in the log, if the command was committed and rejected.</param>
/// <param name="Version">After a failed comparison: the version of the value that is there; 0 if there is none.</param>
internal sealed record ProblemDocument(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    bool MayHaveTakenEffect,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Rejection,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ulong? Index,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ulong? Version);
