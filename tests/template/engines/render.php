<?php
// Renders PHP, Twig and Smarty: a line of JSON in (the text and several sets of values), a line of JSON out.

function php(string $text): callable
{
    return function (array $values) use ($text): string {
        extract($values);
        ob_start();
        try {
            eval('?>' . $text);
        } finally {
            $rendered = ob_get_clean();
        }
        return $rendered;
    };
}

function twig(string $text): callable
{
    require_once 'Twig/autoload.php';
    $twig = new Twig\Environment(new Twig\Loader\ArrayLoader(['text' => $text]));
    return fn(array $values): string => $twig->render('text', $values);
}

function smarty(string $text): callable
{
    foreach (['smarty4', 'smarty5', 'smarty3'] as $folder) {
        if (file_exists("/usr/share/php/$folder/Smarty.class.php")) {
            require_once "/usr/share/php/$folder/Smarty.class.php";
            break;
        }
    }
    return function (array $values) use ($text): string {
        $smarty = new Smarty();
        $smarty->setCompileDir($GLOBALS['argv'][2]);
        $smarty->assign($values);
        return $smarty->fetch('eval:' . $text);
    };
}

set_error_handler(function (int $level, string $message): bool {
    throw new ErrorException($message);
}, E_ALL & ~E_DEPRECATED & ~E_NOTICE & ~E_WARNING);
while (($line = fgets(STDIN)) !== false) {
    $job = json_decode($line, true);
    try {
        $answer = ['rendered' => array_map($argv[1]($job['text']), $job['values'])];
    } catch (Throwable $error) {
        $answer = ['error' => $error->getMessage()];
    }
    echo json_encode($answer), "\n";
}
