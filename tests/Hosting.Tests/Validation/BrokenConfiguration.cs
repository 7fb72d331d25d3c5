namespace Consensus.Hosting.Tests.Validation;

/// <summary>One way to break a configuration, and the whole of what is said then.</summary>
/// <param name="Name">What is wrong, as the end of the sentence "… is refused".</param>
/// <param name="Patch">What is changed in a correct configuration: see <see cref="JsonPatch"/>. <c>{…}</c> in it and in the problems stand for what <see cref="Surroundings"/> has.</param>
/// <param name="Problems">The sentences, in their order.</param>
public sealed record BrokenConfiguration(string Name, string Patch, params string[] Problems)
{
    /// <summary>Whether the correct configuration is that of a group whose members sign.</summary>
    public bool IsSigned { get; init; }
}
