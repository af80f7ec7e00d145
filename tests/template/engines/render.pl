# Renders with the Template Toolkit: a line of JSON in (the text and several sets of values), a line of JSON out.
use strict;
use warnings;
use JSON::PP;
use Template;

$| = 1;
my $json = JSON::PP->new->utf8;
while (my $line = <STDIN>) {
    my $job = $json->decode($line);
    my ($error, @rendered);
    for my $values (@{ $job->{values} }) {
        my ($engine, $text) = (Template->new, "");
        $engine->process(\$job->{text}, $values, \$text) or $error = "" . $engine->error;
        push @rendered, $text;
    }
    print $json->encode(defined $error ? { error => $error } : { rendered => \@rendered }), "\n";
}
