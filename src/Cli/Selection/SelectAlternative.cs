namespace Consensus.Cli.Selection;

/// <summary>What would change the choice.</summary>
/// <param name="Engine">What would be chosen.</param>
/// <param name="Change">What would have to be otherwise.</param>
internal sealed record SelectAlternative(string Engine, string Change);
