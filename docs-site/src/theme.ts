// Runs before the page is drawn. The dashboard keeps the choice in the same place.
document.documentElement.dataset['theme'] = localStorage.getItem('understudy.theme') ?? 'system';
