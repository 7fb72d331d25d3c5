namespace Consensus.Cli.Demo;

/// <summary>An event of a demo, as scripts read it.</summary>
/// <param name="AtS">When, in seconds from the start of the demo.</param>
/// <param name="Kind">How it is to be taken.</param>
/// <param name="Text">What happened, in words.</param>
internal sealed record TimelineEntry(double AtS, string Kind, string Text);
